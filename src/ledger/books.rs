//! The payments a plan changes, and what their timelines say of it.

use crate::model::{Payment, PaymentEvent, PaymentSeq, Timestamp};

/// A payment to write: made when it had no state before.
pub(super) struct PlannedPayment {
    pub before: Option<Payment>,
    pub after: Payment,
}

/// The payments a plan changes, each as it was and as it will be.
#[derive(Default)]
pub(super) struct Books {
    pub payments: Vec<PlannedPayment>,
    lines: Vec<(PaymentSeq, PaymentEvent)>,
}

impl Books {
    /// A payment to change, taken from what is known the first time.
    pub(super) fn take(&mut self, payment: &Payment) -> &mut Payment {
        let place = self.payments.iter().position(|planned| planned.after.payment_seq == payment.payment_seq);
        let place = place.unwrap_or_else(|| {
            self.payments.push(PlannedPayment { before: Some(payment.clone()), after: payment.clone() });
            self.payments.len() - 1
        });
        &mut self.payments[place].after
    }

    pub(super) fn make(&mut self, payment: Payment) {
        self.payments.push(PlannedPayment { before: None, after: payment });
    }

    /// As it will be.
    pub(super) fn find(&self, seq: &PaymentSeq) -> Option<&Payment> {
        self.payments.iter().map(|planned| &planned.after).find(|payment| payment.payment_seq == *seq)
    }

    pub(super) fn note(&mut self, seq: &PaymentSeq, line: PaymentEvent) {
        self.lines.push((seq.clone(), line));
    }

    /// Leaves out what did not change.
    pub(super) fn finish(mut self, at: Timestamp) -> (Vec<PlannedPayment>, Vec<(PaymentSeq, PaymentEvent)>) {
        self.payments.retain(|planned| planned.before.as_ref() != Some(&planned.after));
        for planned in &mut self.payments {
            planned.after.updated_at = at;
        }
        (self.payments, self.lines)
    }
}
