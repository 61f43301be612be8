use crate::db;
use crate::error::Result;
use crate::model::{NotificationStatus, Timestamp};
use crate::state::AppState;

const BATCH: i64 = 500;
/// What is done with; notifications that wait, or that a person must look at, stay.
const DONE: [NotificationStatus; 2] = [NotificationStatus::Applied, NotificationStatus::WithoutEffect];

/// Removes store notifications that were done with long ago; how many. What they said of purchases is in the books.
pub async fn delete_old(state: &AppState) -> Result<u64> {
    let Some(days) = state.config.retention.notifications_kept_days else { return Ok(0) };
    let before = state.clock.now().plus_millis(-i64::from(days) * Timestamp::DAY);
    let mut deleted = 0;
    for project in db::projects::list(&mut state.db.read().await?).await? {
        for status in DONE {
            loop {
                let write = async |tx: &mut db::Tx| db::notifications::delete_done(tx, &project.id, status, before, BATCH).await;
                let gone = state.db.write(write).await?;
                deleted += gone;
                if gone < BATCH.unsigned_abs() {
                    break;
                }
            }
        }
    }
    Ok(deleted)
}
