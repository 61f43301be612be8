//! At start and every hour the lists that stores keep are to be read for every app that has credentials.

use super::{BackfillNotifications, Ctx, Job, Outcome, Pace, PollRefunds, PollSubscriptions, PollVoided, plan};
use crate::db;
use crate::error::Result;
use crate::model::{Ability, AppSeq, StoreCode};
use crate::state::AppState;

/// Apps looked at in one query.
const APPS_A_PAGE: i64 = 100;

/// Makes the jobs `backfill_notifications` due, and makes `poll_refunds`, `poll_subscriptions` and `poll_voided` known.
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
    let mut planned = 0;
    for store in StoreCode::ALL {
        planned += plan_for(state, *store).await?;
    }
    Ok(planned)
}

async fn plan_for(state: &AppState, store: StoreCode) -> Result<u64> {
    let adapter = state.stores.of(store);
    let [lists_sent, lists_refunds, lists_voided] =
        [Ability::ListNotifications, Ability::ListRefunds, Ability::ListVoided].map(|ability| adapter.can(ability));
    // Where the store lists what it sent, every lost notification is found there.
    let is_asked = !lists_sent && adapter.can(Ability::Fetch);
    if !lists_sent && !lists_refunds && !lists_voided && !is_asked {
        return Ok(0);
    }
    let (mut planned, mut after) = (0, AppSeq(0));
    loop {
        let apps = db::apps::list_with_credentials(&mut state.db.read().await?, store, after, APPS_A_PAGE).await?;
        let Some((_, last)) = apps.last() else { return Ok(planned) };
        (after, planned) = (*last, planned + apps.len() as u64);
        let now = state.clock.now();
        state
            .db
            .write(async |tx| {
                for (project, app) in &apps {
                    let subject = app.to_string();
                    if lists_sent {
                        plan::<BackfillNotifications>(tx, project, &subject, "{}", now, now).await?;
                    }
                    if lists_refunds {
                        plan::<PollRefunds>(tx, project, &subject, "{}", PollRefunds::first_round(now), now).await?;
                    }
                    if is_asked {
                        plan::<PollSubscriptions>(tx, project, &subject, "{}", now, now).await?;
                    }
                    if lists_voided {
                        plan::<PollVoided>(tx, project, &subject, "{}", now, now).await?;
                    }
                }
                Ok(())
            })
            .await?;
    }
}
