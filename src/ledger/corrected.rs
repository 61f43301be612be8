//! Payments that staff corrected by a number the store did not confirm: the purchase they stand for may come later, and is
//! then theirs, so that it gives no goods of its own.

use super::report::StoreReport;
use super::timeline::{event, with_reason};
use crate::audit::By;
use crate::db::store_snapshots::AppScope;
use crate::db::{self, Tx};
use crate::error::Result;
use crate::model::{EventKind, Payment, PaymentEvent, PaymentSeq, ProductSeq, ProjectId, Purchase, Timestamp};

/// How far from the reservation and the correction the store may say that it was bought.
pub(crate) const TOLERANCE_MILLIS: i64 = Timestamp::DAY;
/// A purchase is made after its reservation, but for the difference of two clocks.
pub(crate) const CLOCKS_MILLIS: i64 = 5 * Timestamp::MINUTE;
/// More corrections of one user than staff make in the time a purchase may come late.
const CORRECTED_MAX: i64 = 50;

/// The user's corrected payments, and the reservation their purchase would settle.
pub(super) struct Waiting<'a> {
    pub corrected: &'a [Payment],
    pub reservation: Option<&'a Payment>,
}

/// The corrected payment a purchase that nobody recorded is for. Not when it was bought for another reservation that is open.
pub(super) fn find_for(report: &StoreReport<'_>, purchase: &Purchase, waiting: &Waiting<'_>) -> Option<Payment> {
    if report.app.is_before_charge(purchase.purchased_at) {
        return None;
    }
    let purchased_at = purchase.purchased_at;
    let like = |one: &&Payment| is_near(one, report.product.product_seq, purchased_at);
    let mut found = waiting.corrected.iter().filter(like);
    if let Some(own) = found.clone().find(|one| waiting.reservation.is_some_and(|other| other.payment_seq == one.payment_seq)) {
        return Some(own.clone());
    }
    let is_for = |other: &Payment| other.status.can_verify() && other.created_at <= purchased_at.plus_millis(CLOCKS_MILLIS);
    match waiting.reservation.is_some_and(is_for) {
        false => found.next().cloned(),
        // Staff had the receipt of what was bought before they corrected.
        true => found.find(|one| one.hand_corrected_at.is_some_and(|at| purchased_at <= at)).cloned(),
    }
}

fn is_near(one: &Payment, product: ProductSeq, purchased_at: Timestamp) -> bool {
    let (earliest, latest) = (purchased_at.plus_millis(-TOLERANCE_MILLIS), purchased_at.plus_millis(TOLERANCE_MILLIS));
    one.product_seq == product && one.created_at <= latest && one.hand_corrected_at.is_some_and(|at| at >= earliest)
}

/// The corrected payment that gave the goods of a payment which has just got its user.
pub(super) fn find_twin<'a>(corrected: &'a [Payment], given: &Payment) -> Option<&'a Payment> {
    let purchased_at = given.purchased_at.filter(|_| given.store_order_id.is_some() && given.is_consumable())?;
    corrected.iter().find(|one| {
        let is_of_user = one.user_key == given.user_key && one.user_channel == given.user_channel;
        is_of_user && one.payment_seq != given.payment_seq && is_near(one, given.product_seq, purchased_at)
    })
}

/// What the timelines of both say.
pub(super) fn twin_lines(by: &By, at: Timestamp, corrected: &Payment, given: &Payment) -> [(PaymentSeq, PaymentEvent); 2] {
    let line =
        |by, kind, payment: &Payment, reason| with_reason(event(by, at, kind, Some(payment.status), payment.status), reason);
    let found = format!("the purchase that staff corrected this payment for is payment {}", given.payment_seq);
    let done = format!("its goods are given by payment {}, which staff corrected for it", corrected.payment_seq);
    [
        (corrected.payment_seq.clone(), line(by, EventKind::Note, corrected, found)),
        // Not the game consumed it, so that it is not for staff to deliver it again.
        (given.payment_seq.clone(), line(&By::System("hand correction"), EventKind::Consume, given, done)),
    ]
}

/// Staff have just given a purchase its user: when they corrected another payment for it before, its goods were given by that
/// one. Writes that down.
pub(crate) async fn match_owned(tx: &mut Tx, project: &ProjectId, by: &By, given: &Payment, at: Timestamp) -> Result<()> {
    let scope = AppScope { project, app: given.app_seq };
    let user = (given.user_channel.as_str(), given.user_key.as_str());
    let waiting = db::payments::list_hand_corrected(tx, scope, user, CORRECTED_MAX).await?;
    let Some(corrected) = find_twin(&waiting, given) else { return Ok(()) };
    let found = Payment { hand_corrected_at: None, updated_at: at, ..corrected.clone() };
    let done = Payment { consumed_at: Some(at), updated_at: at, ..given.clone() };
    for (before, after) in [(corrected, &found), (given, &done)] {
        if !db::payments::save(tx, project, before, after).await? {
            return Err(crate::error::Error::lost_race());
        }
    }
    for (seq, line) in twin_lines(by, at, corrected, given) {
        db::payment_events::insert(tx, project, &seq, &line).await?;
    }
    Ok(())
}
