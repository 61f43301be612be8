use crate::db;
use crate::error::Result;
use crate::state::AppState;

const ROWS_A_PASS: i64 = 500;

/// Brings the state of subscriptions up to date that time alone has changed, so that lists by state are right. Safe to run
/// twice and on any process. Gives how many there were.
pub async fn expire_due(state: &AppState) -> Result<usize> {
    let now = state.clock.now();
    let mut total = 0;
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
        total += due.len();
        if due.len() < ROWS_A_PASS as usize {
            return Ok(total);
        }
    }
}
