use super::{Ctx, Job, Outcome, Pace};
use crate::db;
use crate::error::Result;

const ROWS_A_PASS: i64 = 500;

/// Brings the state of subscriptions up to date that time alone has changed, so that lists by state are right.
pub struct ExpireSubscriptions;

impl Job for ExpireSubscriptions {
    const KIND: &'static str = "expire_subscriptions";
    const PACE: Pace = Pace::every(10);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        expire(ctx).await.into()
    }
}

async fn expire(ctx: &Ctx<'_, ()>) -> Result<()> {
    let (state, now) = (ctx.state, ctx.state.clock.now());
    loop {
        let due = db::subscriptions::list_due(&mut state.db.read().await?, now, ROWS_A_PASS).await?;
        for (project, found) in &due {
            let (project, id) = (project, &found.subscription_id);
            state
                .db
                .write(async |tx| {
                    // Read again: a notification may have come in between.
                    let Some(found) = db::subscriptions::find(tx, project, id).await? else { return Ok(()) };
                    let terms = found.terms();
                    db::subscriptions::set_state(tx, project, id, terms.state_at(now), terms.next_change(now)).await
                })
                .await?;
        }
        ctx.count(due.len() as u64);
        if due.len() < ROWS_A_PASS as usize {
            return Ok(());
        }
    }
}
