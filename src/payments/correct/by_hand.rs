//! Correcting a payment that no purchase is looked up for.

use serde_json::{Value, json};

use super::{Asked, Correction, refuse_uncorrectable};
use crate::audit::{self, Change};
use crate::db::store_snapshots::AppScope;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::ledger::{CLOCKS_MILLIS, TOLERANCE_MILLIS, event, with_evidence, with_reason};
use crate::model::{EventKind, Payment, PaymentStatus, ProjectId, ReceiptReason, Timestamp};
use crate::payments::import;
use crate::payments::receipt::{parse_money, settle_by_hand};
use crate::state::AppState;

/// Nobody but the receipt says what was bought. `is_order_id`: the number is the one that the purchase's proof will name.
pub(super) async fn by_hand(
    state: &AppState,
    asked: &Asked<'_>,
    found: &Payment,
    input: &Correction,
    is_order_id: bool,
) -> Result<Payment> {
    let money = parse_money(&input.price, &input.currency)?;
    let proof = json!({ "receiptNumber": asked.number, "price": money.to_decimal(), "currency": money.currency,
        "reason": asked.reason, "askedStore": false });
    let (project, seq, at) = (asked.project, asked.seq, asked.at);
    let result = state
        .db
        .write(async |tx| {
            db::payments::hold_user_alone(tx, (project, &found.user_channel, &found.user_key)).await?;
            let before = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
            refuse_uncorrectable(state, &before)?;
            refuse_recorded(tx, project, &before, asked.number, at).await?;
            let corrected = settle_by_hand(&before, asked.number, &money, at);
            let corrected = Payment { hand_corrected_at: (!is_order_id).then_some(at), ..corrected };
            if !db::payments::save(tx, project, &before, &corrected).await? {
                return Err(Error::lost_race());
            }
            write_down(tx, asked, &before, &corrected, &proof).await?;
            let of = AppScope { project, app: found.app_seq };
            let consumed = import::consume_if_imported(tx, of, &corrected, at).await?;
            Ok(consumed.unwrap_or(corrected))
        })
        .await;
    match result {
        Err(error) if error.is_unique_violation() => Err(Error::invalid("receiptNumber", ReceiptReason::OfAnotherPayment)),
        other => other,
    }
}

/// The timeline's line and the audit row.
pub(super) async fn write_down(tx: &mut Tx, asked: &Asked<'_>, before: &Payment, after: &Payment, proof: &Value) -> Result<()> {
    let line = event(asked.by, asked.at, EventKind::Correct, Some(before.status), PaymentStatus::Success);
    let line = with_reason(with_evidence(line, proof.clone().into()), asked.reason);
    db::payment_events::insert(tx, asked.project, &after.payment_seq, &line).await?;
    let mut to = proof.clone();
    to["payment"] = after.payment_seq.as_str().into();
    to["status"] = PaymentStatus::Success.as_str().into();
    let change = Change {
        action: "payment.correct",
        project: Some(asked.project),
        target: format!("payment:{}", asked.seq),
        before: Some(json!({ "status": before.status })),
        after: Some(to),
    };
    audit::record(tx, asked.by, asked.at, change).await
}

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
