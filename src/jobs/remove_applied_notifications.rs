use super::{Ctx, Job, Outcome, Pace};
use crate::db;
use crate::error::Result;
use crate::model::{NotificationStatus, Timestamp};
use crate::state::AppState;

const BATCH: i64 = 500;
/// What is done with; notifications that wait, or that a person must look at, stay.
const DONE: [NotificationStatus; 2] = [NotificationStatus::Applied, NotificationStatus::WithoutEffect];

/// Removes store notifications that were done with long ago. What they said of purchases is in the books.
pub struct RemoveAppliedNotifications;

impl Job for RemoveAppliedNotifications {
    const KIND: &'static str = "remove_applied_notifications";
    const PACE: Pace = Pace::every(600);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        remove(ctx).await.into()
    }
}

async fn remove(ctx: &Ctx<'_, ()>) -> Result<()> {
    let state: &AppState = ctx.state;
    let Some(days) = state.config.retention.notifications_kept_days else { return Ok(()) };
    let before = state.clock.now().plus_millis(-i64::from(days) * Timestamp::DAY);
    for project in db::projects::list(&mut state.db.read().await?).await? {
        for status in DONE {
            loop {
                let write = async |tx: &mut db::Tx| db::notifications::delete_done(tx, &project.id, status, before, BATCH).await;
                let gone = state.db.write(write).await?;
                ctx.count(gone);
                if gone < BATCH.unsigned_abs() {
                    break;
                }
            }
        }
    }
    Ok(())
}
