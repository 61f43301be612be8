//! Making a proven purchase a SUCCESS, once, whoever else tries at the same time.

use serde_json::Value;

use super::event::{event, with_evidence, with_reason};
use crate::audit::By;
use crate::db::payments::{NewPayment, Settlement};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId, RefusalCode, Timestamp};
use crate::state::AppState;
use crate::users::User;

/// Two verifies of one order may meet; the loser reads what the winner wrote.
const TRIES_MAX: u32 = 3;

/// A proven purchase on its way into the books.
pub(super) struct Proven<'a> {
    pub project: &'a ProjectId,
    /// The reservation it was presented for.
    pub reserved: Option<&'a PaymentSeq>,
    pub user: &'a User,
    pub account_token: &'a str,
    /// A payment to make when there is no open reservation to settle.
    pub new: NewPayment<'a>,
    pub settlement: Settlement,
    pub evidence: &'a Value,
}

/// Settles the purchase on its reservation, or on a payment of its own; an order granted before gives that payment again.
pub(super) async fn settle(state: &AppState, by: &By, proven: &Proven<'_>) -> Result<Payment> {
    let at = proven.new.at;
    let row_no = state.numbers.next_row().await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let result = state.db.write(async |tx| attempt(tx, by, proven, row_no, at).await).await;
        match result {
            Err(Error::Database(error)) if is_unique_violation(&error) && tries < TRIES_MAX => {}
            other => return other,
        }
    }
}

async fn attempt(tx: &mut Tx, by: &By, proven: &Proven<'_>, row_no: i64, at: Timestamp) -> Result<Payment> {
    let (project, settled) = (proven.project, &proven.settlement);
    if let Some(owner) = db::payments::find_by_order(tx, project, proven.new.app_seq, &settled.order_id).await? {
        return granted_before(owner, proven.user);
    }
    let (payment, from) = match mark_reserved(tx, proven, at).await? {
        Some(payment) => (payment, Some(PaymentStatus::Reserved)),
        None => {
            db::users::insert(tx, project, &proven.user.channel, &proven.user.key, proven.account_token, at).await?;
            match db::payments::insert(tx, &proven.new, Some(settled)).await? {
                Some(payment) => (payment, None),
                None => return lost_race(tx, proven).await,
            }
        }
    };
    let line = event(by, at, EventKind::Verify, from, PaymentStatus::Success);
    let line = with_evidence(line, proven.evidence.clone());
    db::payment_events::insert(tx, row_no, project, &payment.payment_seq, &line).await?;
    Ok(payment)
}

async fn mark_reserved(tx: &mut Tx, proven: &Proven<'_>, at: Timestamp) -> Result<Option<Payment>> {
    let Some(seq) = proven.reserved else { return Ok(None) };
    db::payments::mark_verified(tx, proven.project, seq, &proven.settlement, at).await
}

/// Someone else's insert was committed between our look and ours.
async fn lost_race(tx: &mut Tx, proven: &Proven<'_>) -> Result<Payment> {
    let owner = db::payments::find_by_order(tx, proven.project, proven.new.app_seq, &proven.settlement.order_id).await?;
    granted_before(owner.ok_or_else(|| Error::internal("an order is taken by nobody"))?, proven.user)
}

/// The same user gets the same answer again; nobody gets the goods twice.
fn granted_before(owner: Payment, user: &User) -> Result<Payment> {
    if owner.user_key != user.key || owner.user_channel != user.channel {
        return Err(Error::refused(RefusalCode::OwnedByAnotherUser, "another user has presented this purchase before"));
    }
    match owner.status {
        PaymentStatus::Refund => Err(Error::refused(RefusalCode::Refunded, "the purchase was refunded")),
        _ if owner.consumed_at.is_some() => {
            Err(Error::refused(RefusalCode::AlreadyConsumed, "the purchase was verified and consumed before"))
        }
        _ => Ok(owner),
    }
}

/// The store says it took the purchase back: a payment granted for it is refunded.
pub(super) async fn take_back(state: &AppState, proven: &Proven<'_>, revoked_at: Timestamp) -> Result<()> {
    let (at, row_no) = (proven.new.at, state.numbers.next_row().await?);
    state
        .db
        .write(async |tx| {
            let order_id = &proven.settlement.order_id;
            let owner = db::payments::find_by_order(tx, proven.project, proven.new.app_seq, order_id).await?;
            let Some(owner) = owner.filter(|owner| owner.status == PaymentStatus::Success) else { return Ok(()) };
            if db::payments::mark_refunded(tx, proven.project, &owner.payment_seq, owner.status, revoked_at).await? {
                let line = event(&By::Store, at, EventKind::Refund, Some(owner.status), PaymentStatus::Refund);
                let line = with_reason(with_evidence(line, proven.evidence.clone()), "the store's proof says it was revoked");
                db::payment_events::insert(tx, row_no, proven.project, &owner.payment_seq, &line).await?;
            }
            Ok(())
        })
        .await
}

fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}
