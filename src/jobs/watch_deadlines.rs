//! Raises the alarm for jobs that are not done though their deadline is near: in the log, in metrics, and on the project's overview.
//! Counts the payments that need a person.

use super::{Ctx, Job, Outcome, Pace, with_deadline};
use crate::db;
use crate::error::Result;
use crate::ledger::{FINISH_PURCHASES, VERIFY_PROVISIONAL};
use crate::model::{Attention, JobAlarm, PaymentSeq, ProjectId};
use crate::state::AppState;

/// Looks for jobs near their deadline.
pub struct WatchDeadlines;

impl Job for WatchDeadlines {
    const KIND: &'static str = "watch_deadlines";
    const PACE: Pace = Pace::every(60);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        watch(ctx.state).await.into()
    }
}

async fn watch(state: &AppState) -> Result<()> {
    let alarms = db::jobs::list_alarms(&mut state.db.read().await?, state.clock.now()).await?;
    for kind in with_deadline() {
        let alarm = alarms.iter().find(|alarm| alarm.kind == kind);
        metrics::gauge!("purser_job_alarms", "job" => kind).set(alarm.map_or(0.0, |alarm| alarm.count as f64));
        if let Some(alarm) = alarm {
            let deadline = alarm.deadline_at.to_rfc3339();
            tracing::error!(job = kind, count = alarm.count, deadline, "jobs are not done though their deadline is near");
        }
    }
    for attention in Attention::ALL {
        let count = db::payments::count_attention(&mut state.db.read().await?, *attention).await?;
        metrics::gauge!("purser_payments_needing_attention", "reason" => attention.as_str()).set(count as f64);
    }
    Ok(())
}

/// A project's jobs that are not done though their deadline is near.
pub async fn list_alarms(state: &AppState, project: &ProjectId) -> Result<Vec<JobAlarm>> {
    db::jobs::list_alarms_of_project(&mut state.db.read().await?, project, state.clock.now()).await
}

/// A payment's jobs that are not done though their deadline is near.
pub async fn list_alarms_of_payment(state: &AppState, project: &ProjectId, payment: &PaymentSeq) -> Result<Vec<JobAlarm>> {
    let (mut tx, now) = (state.db.read().await?, state.clock.now());
    let mut found = Vec::new();
    for kind in [FINISH_PURCHASES, VERIFY_PROVISIONAL] {
        found.extend(db::jobs::find_alarm(&mut tx, project, kind, payment.as_str(), now).await?);
    }
    Ok(found)
}
