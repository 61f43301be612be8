//! Payments that staff corrected by a number the store did not confirm: the purchase they stand for may come later, and is
//! then theirs, so that it gives no goods of its own.

use super::entry::{Said, first_line};
use super::event::{event, with_reason};
use crate::audit::By;
use crate::db::imported_orders::ConsumedOrder;
use crate::db::payments::{Match, Settlement};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{EventKind, Payment, PaymentSeq, ProjectId, Timestamp};
use crate::users::User;

/// How far from the reservation and the correction the store may say that it was bought.
const TOLERANCE_MILLIS: i64 = Timestamp::DAY;
/// A purchase is made after its reservation, but for the difference of two clocks.
const CLOCKS_MILLIS: i64 = 5 * Timestamp::MINUTE;
/// More corrections of one user and product within the tolerance than staff make.
const CORRECTED_MAX: i64 = 50;

/// A purchase nobody has, its user, and the reservation it would settle.
pub(super) struct Arrived<'a> {
    pub settlement: &'a Settlement,
    pub user: &'a User,
    pub reserved: Option<&'a PaymentSeq>,
    /// Whether the caller named the reservation.
    pub is_named: bool,
}

/// Gives the purchase to the payment that was corrected for it, with a line of its timeline; none when there is no such.
pub(super) async fn merge(tx: &mut Tx, said: &Said<'_>, arrived: &Arrived<'_>, row_no: i64) -> Result<Option<Payment>> {
    let (project, settled) = (said.project, arrived.settlement);
    if arrived.user.key.is_empty() || settled.is_before_charge {
        return Ok(None);
    }
    let waiting = list(tx, said, arrived.user, settled.purchased_at).await?;
    let Some(corrected) = choose(tx, project, waiting, arrived).await? else { return Ok(None) };
    let seq = &corrected.payment_seq;
    let Some(merged) = db::payments::mark_merged(tx, project, seq, settled, said.at).await? else { return Ok(None) };
    if let Some(receipt) = corrected.store_order_id.as_ref().filter(|receipt| **receipt != settled.order_id) {
        db::payments::keep_other_id(tx, (project, said.app.app_seq), seq, receipt, said.at).await?;
    }
    let line = first_line(said, Some(corrected.status), corrected.status);
    let line = with_reason(line, "merged: the purchase that staff corrected this payment for");
    db::payment_events::insert(tx, row_no, project, seq, &line).await?;
    Ok(Some(merged))
}

async fn list(tx: &mut Tx, said: &Said<'_>, user: &User, purchased_at: Timestamp) -> Result<Vec<Payment>> {
    let like = Match {
        app: said.app.app_seq,
        product: said.product.product_seq,
        user_channel: &user.channel,
        user_key: &user.key,
        purchased_at,
        tolerance_millis: TOLERANCE_MILLIS,
    };
    db::payments::list_hand_corrected(tx, said.project, &like, CORRECTED_MAX).await
}

/// The corrected payment the purchase is for. Not when it was bought for another reservation that is open.
async fn choose(tx: &mut Tx, project: &ProjectId, waiting: Vec<Payment>, arrived: &Arrived<'_>) -> Result<Option<Payment>> {
    if waiting.is_empty() {
        return Ok(None);
    }
    if let Some(own) = waiting.iter().find(|one| Some(&one.payment_seq) == arrived.reserved) {
        return Ok(Some(own.clone()));
    }
    let purchased_at = arrived.settlement.purchased_at;
    let other = match arrived.reserved {
        Some(seq) => db::payments::find(tx, project, seq).await?,
        None => None,
    };
    let is_for = |other: &Payment| other.status.can_verify() && other.created_at <= purchased_at.plus_millis(CLOCKS_MILLIS);
    let has_other = other.is_some_and(|other| is_for(&other));
    let mut waiting = waiting.into_iter();
    Ok(match (has_other, arrived.is_named) {
        (false, _) => waiting.next(),
        // Staff had the receipt of what was bought before they corrected.
        (true, false) => waiting.find(|one| one.hand_corrected_at.is_some_and(|at| purchased_at <= at)),
        (true, true) => None,
    })
}

/// A purchase has just got its user: when staff corrected a payment for it, its goods are given by that one.
pub(super) async fn match_owned(
    tx: &mut Tx,
    (project, by): (&ProjectId, &By),
    owned: &Payment,
    row_no: i64,
    at: Timestamp,
) -> Result<bool> {
    let (Some(order_id), Some(purchased_at), true) = (&owned.store_order_id, owned.purchased_at, owned.is_consumable()) else {
        return Ok(false);
    };
    let like = Match {
        app: owned.app_seq,
        product: owned.product_seq,
        user_channel: &owned.user_channel,
        user_key: &owned.user_key,
        purchased_at,
        tolerance_millis: TOLERANCE_MILLIS,
    };
    let waiting = db::payments::list_hand_corrected(tx, project, &like, CORRECTED_MAX).await?;
    let Some(corrected) = waiting.into_iter().find(|one| one.payment_seq != owned.payment_seq) else { return Ok(false) };
    if !db::payments::mark_matched(tx, project, &corrected.payment_seq, at).await? {
        return Ok(false);
    }
    let note = |status, reason| with_reason(event(by, at, EventKind::Note, Some(status), status), reason);
    let found =
        note(corrected.status, format!("the purchase that staff corrected this payment for is payment {}", owned.payment_seq));
    db::payment_events::insert(tx, row_no, project, &corrected.payment_seq, &found).await?;
    let reason = format!("its goods are given by payment {}, which staff corrected for it", corrected.payment_seq);
    let line = with_reason(event(by, at, EventKind::Consume, Some(owned.status), owned.status), reason);
    let order = ConsumedOrder { order_id: order_id.clone(), user_key: None, consumed_at: None };
    db::payments::mark_consumed_elsewhere(tx, (project, owned.app_seq), &[order], (&line, row_no)).await?;
    Ok(true)
}

/// Refuses a correction by hand where its purchase may be recorded: under this number, or without a reservation after this one.
pub(super) async fn refuse_recorded(
    tx: &mut Tx,
    project: &ProjectId,
    reserved: &Payment,
    number: &str,
    at: Timestamp,
) -> Result<()> {
    if db::payments::find_by_other_id(tx, reserved.app_seq, number).await?.is_some() {
        return Err(Error::invalid("receiptNumber", "belongs to another payment"));
    }
    let between = (reserved.created_at.plus_millis(-CLOCKS_MILLIS), at.plus_millis(TOLERANCE_MILLIS));
    match db::payments::find_unreserved(tx, project, reserved, between).await? {
        Some(seq) => Err(Error::invalid("receiptNumber", format!("may be of the purchase recorded as payment {:?}", seq.0))),
        None => Ok(()),
    }
}
