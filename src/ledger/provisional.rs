//! Payments that were granted by their purchase's signature alone, for the store could not be asked (docs/rules.md, Outage mode). The job
//! `verify_provisional` asks the store until it answers; it is planned in the write that makes the payment.

use super::finish::PlannedFinish;
use super::plan::{Planner, first_line, settle};
use super::timeline::{event, with_reason};
use crate::audit::By;
use crate::db::{self, Tx};
use crate::error::Result;
use crate::model::{Actor, EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId, Timestamp};

/// The job that asks the stores; its subject is the payment's number.
pub(crate) const VERIFY_PROVISIONAL: &str = "verify_provisional";
/// How long after the payment was made the store is asked first.
pub(super) const FIRST_MILLIS: i64 = Timestamp::MINUTE;

impl Planner<'_> {
    /// What the store has to be asked of a payment that has just been made provisional.
    pub(super) fn check(&self, seq: &PaymentSeq) -> Option<PlannedFinish> {
        let is_new = self.known.payment.is_none() && self.books.find(seq).is_some_and(Payment::is_provisional);
        is_new.then(|| PlannedFinish::of(seq, self.newest.finish))
    }

    /// The store stands behind a payment that its signature alone stood behind: what it says of the purchase takes the place of what
    /// was signed. One that was taken back because the store did not know it is paid again.
    pub(super) fn confirm(&mut self, recorded: &Payment) {
        if recorded.provisional_since.is_none() || self.newest.is_provisional {
            return;
        }
        let payment = self.books.take(recorded);
        settle(payment, self.report, self.newest, recorded.store_order_id.as_deref());
        let was_taken_back = payment.status == PaymentStatus::Refund && payment.refunded_by == Some(Actor::System);
        if was_taken_back && self.newest.revoked_at.is_some() {
            payment.refunded_by = Some(Actor::Store);
        } else if was_taken_back {
            payment.status = PaymentStatus::Success;
            (payment.refunded_at, payment.refunded_by, payment.refund_reason) = (None, None, None);
        }
        let line = first_line(self.report, self.newest, Some(recorded.status), payment.status);
        let occasion = self.report.occasion.map(|occasion| format!(": {occasion}")).unwrap_or_default();
        let line = with_reason(line, format!("no longer provisional, the store answered{occasion}"));
        self.books.note(&recorded.payment_seq, line);
    }
}

/// Takes a provisional payment back that the store does not stand behind; false when it is provisional no more.
pub(crate) async fn take_back_unconfirmed(
    tx: &mut Tx,
    project: &ProjectId,
    by: &By,
    payment: &Payment,
    reason: &str,
    at: Timestamp,
) -> Result<bool> {
    if !db::payments::mark_unconfirmed(tx, project, &payment.payment_seq, by.actor(), at).await? {
        return Ok(false);
    }
    let line = event(by, at, EventKind::Refund, Some(payment.status), PaymentStatus::Refund);
    let line = with_reason(line, format!("granted in outage mode, and the store does not stand behind it: {reason}"));
    db::payment_events::insert(tx, project, &payment.payment_seq, &line).await?;
    Ok(true)
}
