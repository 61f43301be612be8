//! Whether the purchase that staff correct a payment for may be recorded already.

use crate::db::store_snapshots::AppScope;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::ledger::{CLOCKS_MILLIS, TOLERANCE_MILLIS};
use crate::model::{Payment, ProjectId, ReceiptReason, Timestamp};

/// Refuses a correction by hand where its purchase may be recorded: under this number, or without a reservation after this one.
pub(super) async fn refuse_recorded(
    tx: &mut Tx,
    project: &ProjectId,
    reserved: &Payment,
    number: &str,
    at: Timestamp,
) -> Result<()> {
    let scope = AppScope { project, app: reserved.app_seq };
    if db::payments::find_by_other_id(tx, scope, number).await?.is_some() {
        return Err(Error::invalid("receiptNumber", ReceiptReason::OfAnotherPayment));
    }
    let (from, to) = (reserved.created_at.plus_millis(-CLOCKS_MILLIS), at.plus_millis(TOLERANCE_MILLIS));
    match db::payments::find_unreserved(tx, project, reserved, from, to).await? {
        Some(seq) => Err(Error::invalid("receiptNumber", ReceiptReason::MaybeRecorded(seq.0))),
        None => Ok(()),
    }
}
