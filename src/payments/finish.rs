//! What staff do about a payment that needs a person.

use serde_json::json;

use super::refund::required_reason;
use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::ledger::{self, event, with_reason};
use crate::model::{EventKind, Finish, PaymentSeq, ProjectId};
use crate::state::AppState;

/// Has the store told once more that the buyer has what was bought, after it could not be told. Asks for the SUPPORT right at the edge.
pub async fn finish_again(state: &AppState, by: &By, project: &ProjectId, seq: &PaymentSeq) -> Result<()> {
    let at = state.clock.now();
    let write = state.db.write(async |tx| {
        let found = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
        if !ledger::finish_again(tx, project, &found, at).await? {
            return Err(Error::conflict("NOT_FINISHABLE", "only of a paid payment that the store could not be told of"));
        }
        let line = event(by, at, EventKind::Finish, Some(found.status), found.status);
        db::payment_events::insert(tx, project, seq, &with_reason(line, "the store is to be told again")).await?;
        let change = Change {
            action: "payment.finish_again",
            project: Some(project),
            target: format!("payment:{seq}"),
            before: Some(json!({ "finish": found.finish })),
            after: Some(json!({ "finish": Finish::Due })),
        };
        audit::record(tx, by, at, change).await
    });
    write.await?;
    state.wakes.finish.notify_one();
    Ok(())
}

/// Staff say that what needed a person is dealt with, so that it is pointed out no more. Asks for the SUPPORT right at the edge.
pub async fn mark_handled(state: &AppState, by: &By, project: &ProjectId, seq: &PaymentSeq, reason: &str) -> Result<()> {
    let (reason, at) = (required_reason(reason)?, state.clock.now());
    let write = state.db.write(async |tx| {
        let found = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
        let attention = found.attention().filter(|_| found.can_mark_handled());
        if attention.is_none() || !db::payments::mark_handled(tx, project, seq, at).await? {
            return Err(Error::conflict("NOTHING_TO_HANDLE", "nothing of this payment needs a person"));
        }
        let line = event(by, at, EventKind::Note, Some(found.status), found.status);
        db::payment_events::insert(tx, project, seq, &with_reason(line, format!("dealt with by staff: {reason}"))).await?;
        let change = Change {
            action: "payment.mark_handled",
            project: Some(project),
            target: format!("payment:{seq}"),
            before: Some(json!({ "attention": attention })),
            after: Some(json!({ "attention": null, "reason": reason })),
        };
        audit::record(tx, by, at, change).await
    });
    write.await
}
