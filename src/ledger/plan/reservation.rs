//! The reservation that a purchase settles, or that is closed because its purchase came before.

use super::Planner;
use crate::ledger::owner::Owner;
use crate::ledger::timeline::{event, with_reason};
use crate::model::{Attribution, EventKind, Payment, PaymentSeq, PaymentStatus};

impl Planner<'_> {
    /// The reservation the purchase settles. What the store took back, or another server granted, settles none.
    pub(super) fn reservation(&self, owner: Option<&Owner>) -> Option<Payment> {
        if self.newest.revoked_at.is_some() || self.report.app.is_before_charge(self.newest.purchased_at) {
            return None;
        }
        let is_owners = |reserved: &&Payment| {
            owner.is_some_and(|owner| reserved.user_key == owner.user.key && reserved.user_channel == owner.user.channel)
        };
        self.known.reservation.as_ref().filter(is_owners).cloned()
    }

    /// Others that waited for the same purchase, which is one payment's: they are closed naming it.
    pub(super) fn close_also_pending(&mut self, seq: &PaymentSeq) {
        for waiting in self.known.also_pending.iter().chain(&self.known.pending) {
            if waiting.payment_seq == *seq || !waiting.status.can_close() {
                continue;
            }
            self.books.take(waiting).status = PaymentStatus::UserClose;
            let line = event(self.report.by, self.report.at, EventKind::Close, Some(waiting.status), PaymentStatus::UserClose);
            let reason = format!("the purchase it waited for was entered as payment {seq}");
            self.books.note(&waiting.payment_seq, with_reason(line, reason));
        }
    }

    /// The purchase was recorded before the reservation it was for could be settled: the reservation is closed, and what the
    /// developer wrote on it goes over (docs/rules.md, Reservations).
    pub(super) fn take_reservation(&mut self, recorded: &Payment, owner: Option<&Owner>) {
        let Some(reserved) = self.reservation(owner).filter(|reserved| reserved.payment_seq != recorded.payment_seq) else {
            return;
        };
        let is_named = self.claimant.is_some_and(|claimant| claimant.reserved == Some(&reserved.payment_seq));
        let has_settled_one = recorded.payload.is_some() || recorded.attribution == Attribution::Reservation;
        if reserved.product_seq != recorded.product_seq || (has_settled_one && !is_named) {
            return;
        }
        if is_named && self.known.is_guessed && reserved.status.can_verify() {
            return self.exchange_payloads(recorded, &reserved);
        }
        let payment = self.books.take(recorded);
        if payment.payload.is_none() {
            payment.payload.clone_from(&reserved.payload);
        }
        if reserved.status.can_close() {
            let closed = self.books.take(&reserved);
            closed.status = PaymentStatus::UserClose;
            let line = event(self.report.by, self.report.at, EventKind::Close, Some(reserved.status), PaymentStatus::UserClose);
            let reason = format!("the purchase was entered before as payment {}", recorded.payment_seq);
            self.books.note(&reserved.payment_seq, with_reason(line, reason));
        }
    }

    /// The store told of the purchase first, and it settled another of its owner's reservations than the app names now. Each payload
    /// goes to its own, and the named reservation stays open for the purchase the other was made for.
    fn exchange_payloads(&mut self, recorded: &Payment, reserved: &Payment) {
        let (by, at) = (self.report.by, self.report.at);
        self.books.take(recorded).payload.clone_from(&reserved.payload);
        self.books.take(reserved).payload.clone_from(&recorded.payload);
        for (payment, other) in [(recorded, reserved), (reserved, recorded)] {
            let kind = if payment.payment_seq == recorded.payment_seq { EventKind::Verify } else { EventKind::Note };
            let line = event(by, at, kind, Some(payment.status), payment.status);
            let reason =
                format!("exchanged payloads with payment {}: the purchase was made for that reservation", other.payment_seq);
            self.books.note(&payment.payment_seq, with_reason(line, reason));
        }
    }
}
