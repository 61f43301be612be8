//! What the store gave back of a payment (docs/rules.md, What a store takes back): all of it, some of its pieces, or a share of a period's price.

use super::report::StoreReport;
use crate::model::{Actor, Payment, PaymentStatus, Purchase, RefundedPart};

/// What a snapshot changed in how much of a payment was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TakenBack {
    Nothing,
    /// All of it: the payment is REFUND now.
    Refunded,
    /// Some of its pieces; the rest stays.
    Partly,
    /// The store gave back what it had taken.
    Reversed,
}

/// Brings a payment to what the store says was given back.
pub(super) fn apply(payment: &mut Payment, newest: &Purchase) -> TakenBack {
    let refund = newest.refund.clone().unwrap_or_default();
    match newest.revoked_at {
        Some(revoked_at) => {
            let is_new = payment.status == PaymentStatus::Success;
            if is_new {
                payment.status = PaymentStatus::Refund;
                payment.refunded_by = Some(Actor::Store);
            }
            if payment.status == PaymentStatus::Refund && payment.refunded_by == Some(Actor::Store) {
                // Apple was seen to name another date later on.
                payment.refunded_at = Some(revoked_at);
                put(payment, &refund);
            }
            if is_new { TakenBack::Refunded } else { TakenBack::Nothing }
        }
        None if payment.status == PaymentStatus::Refund && payment.refunded_by == Some(Actor::Store) => {
            payment.status = PaymentStatus::Success;
            (payment.refunded_at, payment.refunded_by) = (None, None);
            put(payment, &refund);
            TakenBack::Reversed
        }
        None if payment.status == PaymentStatus::Success => {
            let before = payment.refunded_quantity;
            put(payment, &refund);
            // The money went back and nothing else did: without an amount it is all of the price.
            if newest.refund.as_ref().is_some_and(|refund| refund.price_micros.is_none() && refund.quantity.is_none()) {
                payment.refunded_micros = payment.price.as_ref().map(|price| price.price_micros);
            }
            if payment.refunded_quantity > before { TakenBack::Partly } else { TakenBack::Nothing }
        }
        None => TakenBack::Nothing,
    }
}

/// Keeps amount, pieces, type and reason. Pieces without an amount are worth their share of the price.
fn put(payment: &mut Payment, refund: &RefundedPart) {
    let pieces = refund.quantity.map(i64::from).map(|pieces| pieces.min(payment.quantity));
    let share = pieces.zip(payment.price.as_ref()).and_then(|(pieces, price)| {
        let part = i128::from(price.price_micros) * i128::from(pieces) / i128::from(payment.quantity.max(1));
        i64::try_from(part).ok()
    });
    payment.refunded_micros = refund.price_micros.or(share);
    payment.refunded_quantity = pieces;
    payment.refund_type.clone_from(&refund.kind);
    payment.refund_reason.clone_from(&refund.reason);
}

/// The reason a timeline shows.
pub(super) fn reason(report: &StoreReport<'_>, newest: &Purchase) -> String {
    let occasion = report.occasion.unwrap_or("a proof");
    let refund = newest.refund.clone().unwrap_or_default();
    let kind = refund.kind.map(|kind| format!(", {kind}")).unwrap_or_default();
    let pieces = refund.quantity.map(|pieces| format!(", {pieces} of {}", newest.quantity)).unwrap_or_default();
    let share = refund.price_micros.zip(newest.price.as_ref()).filter(|(part, price)| *part > 0 && *part < price.price_micros);
    let share = share.map(|(part, price)| {
        let milli = i128::from(part) * 100_000 / i128::from(price.price_micros.max(1));
        format!(", {}.{:03} %", milli / 1_000, milli % 1_000).replace(".000", "")
    });
    format!("taken back by the store: {occasion}{kind}{pieces}{}", share.unwrap_or_default())
}
