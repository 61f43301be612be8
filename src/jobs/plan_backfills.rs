//! At start and every hour the history of every App Store app with a key is to be looked at.

use super::{BackfillNotifications, Ctx, Job, Outcome, Pace, PollRefunds, plan};
use crate::db;
use crate::error::Result;
use crate::model::{AppSeq, StoreCode};
use crate::state::AppState;

/// Apps looked at in one query.
const APPS_A_PAGE: i64 = 100;

/// Makes the jobs `backfill_notifications` due, and makes `poll_refunds` known.
pub struct PlanBackfills;

impl Job for PlanBackfills {
    const KIND: &'static str = "plan_backfills";
    const PACE: Pace = Pace::every(3_600);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        let planned = plan_all(ctx.state).await;
        ctx.count(planned.as_ref().copied().unwrap_or_default());
        planned.map(drop).into()
    }
}

async fn plan_all(state: &AppState) -> Result<u64> {
    let (mut planned, mut after) = (0, AppSeq(0));
    loop {
        let apps = db::apps::list_with_credentials(&mut state.db.read().await?, StoreCode::AppStore, after, APPS_A_PAGE).await?;
        let Some((_, last)) = apps.last() else { return Ok(planned) };
        (after, planned) = (*last, planned + apps.len() as u64);
        let now = state.clock.now();
        state
            .db
            .write(async |tx| {
                for (project, app) in &apps {
                    let subject = app.to_string();
                    plan::<BackfillNotifications>(tx, project, &subject, "{}", now, now).await?;
                    plan::<PollRefunds>(tx, project, &subject, "{}", PollRefunds::first_round(now), now).await?;
                }
                Ok(())
            })
            .await?;
    }
}
