use serde_json::json;

use super::refund::required_reason;
use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::ledger::{event, with_reason};
use crate::model::{EventKind, PaymentSeq, ProjectId};
use crate::state::AppState;

/// Staff make a purchase from before the app's date consumable, for the server in charge then did not grant it. It is on the
/// player's unconsumed list from then on. Asks for the SUPPORT right at the edge.
pub async fn release(state: &AppState, by: &By, project: &ProjectId, seq: &PaymentSeq, reason: &str) -> Result<()> {
    let reason = required_reason(reason)?;
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            let found = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
            if !found.can_release() || !db::payments::mark_released(tx, project, seq, at).await? {
                return Err(Error::conflict("NOT_RELEASABLE", "only what was bought before the app's date is made consumable"));
            }
            let line = event(by, at, EventKind::Release, Some(found.status), found.status);
            let line = with_reason(line, format!("made consumable by staff: {reason}"));
            db::payment_events::insert(tx, project, seq, &line).await?;
            let change = Change {
                action: "payment.release",
                project: Some(project),
                target: format!("payment:{seq}"),
                before: Some(json!({ "consumable": false })),
                after: Some(json!({ "consumable": true, "reason": reason })),
            };
            audit::record(tx, by, at, change).await
        })
        .await
}
