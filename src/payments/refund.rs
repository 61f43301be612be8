use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::ledger::{event, with_reason};
use crate::model::{EventKind, PaymentSeq, PaymentStatus, ProjectId, Reason, Unit};
use crate::state::AppState;

const REASON_CHARS_MAX: usize = 500;

/// An operator marks a paid payment refunded, with a reason. It leaves the unconsumed list and can't be undone by hand.
pub async fn refund(state: &AppState, by: &By, project: &ProjectId, seq: &PaymentSeq, reason: &str) -> Result<()> {
    let reason = required_reason(reason)?;
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            let found = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
            if !found.status.can_refund() || !db::payments::mark_refunded(tx, project, seq, found.status, by.actor(), at).await? {
                return Err(Error::conflict(
                    "NOT_REFUNDABLE",
                    format!("a payment that is {} can't be marked refunded", found.status),
                ));
            }
            let line = with_reason(event(by, at, EventKind::Refund, Some(found.status), PaymentStatus::Refund), reason);
            db::payment_events::insert(tx, project, seq, &line).await?;
            let change = Change {
                action: "payment.refund",
                project: Some(project),
                target: format!("payment:{seq}"),
                before: Some(json!({ "status": found.status })),
                after: Some(json!({ "status": PaymentStatus::Refund, "reason": reason })),
            };
            audit::record(tx, by, at, change).await
        })
        .await
}

/// A reason every manual change must give.
pub(super) fn required_reason(reason: &str) -> Result<&str> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        return Err(Error::invalid("reason", Reason::length(Unit::Characters, 1, REASON_CHARS_MAX)));
    }
    Ok(reason)
}
