//! Which lines of a timeline an answer rests on.

use super::super::{EventKind, Finish, Payment, PaymentEvent};

/// The places of the lines that brought a payment where it stands, the newest first: why the answer is what it is.
pub fn deciding_events(payment: &Payment, events: &[PaymentEvent]) -> Vec<usize> {
    let last = |is_it: &dyn Fn(&PaymentEvent) -> bool| events.iter().rposition(is_it);
    let of_kind = |kind: EventKind, counts: bool| last(&|event| event.kind == kind).filter(|_| counts);
    let has_given_back = payment.refunded_quantity.is_some() || payment.refunded_micros.is_some();
    let mut found: Vec<usize> = [
        last(&|event| event.to == payment.status && event.from != Some(event.to)),
        of_kind(EventKind::Consume, payment.consumed_at.is_some()),
        of_kind(EventKind::Reopen, payment.reopened_at.is_some()),
        of_kind(EventKind::Release, payment.consumed_at.is_none()),
        of_kind(EventKind::Supersede, payment.superseded_at.is_some()),
        of_kind(EventKind::Refund, has_given_back),
        of_kind(EventKind::Finish, payment.finish == Finish::Failed),
        of_kind(EventKind::Assign, true),
    ]
    .into_iter()
    .flatten()
    .collect();
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    found
}
