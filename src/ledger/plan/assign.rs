//! Whose the periods of a subscription are, and the purchases of its store account.

use super::Planner;
use crate::ledger::corrected;
use crate::ledger::owner::Owner;
use crate::ledger::timeline::{event, with_reason};
use crate::model::{Attribution, EventKind, Payment, PaymentSeq, Purchase};

impl Planner<'_> {
    /// Gives each period of the subscription to its owner, where that is another than recorded.
    pub(super) fn assign_periods(&mut self, periods: &[(Purchase, Option<Owner>)], seq: &PaymentSeq) {
        for (period, owner) in periods {
            let is_reported = period.identity() == self.newest.identity();
            let payment = match is_reported {
                true => self.books.find(seq).or(self.known.payment.as_ref()),
                false => self.known.payment_of(period),
            };
            let (Some(payment), Some(owner)) = (payment.cloned(), owner) else { continue };
            self.assign(&payment, owner);
            if !is_reported {
                self.finish(&payment.payment_seq, period.finish);
            }
        }
    }

    fn assign(&mut self, payment: &Payment, owner: &Owner) {
        let is_owners = payment.user_key == owner.user.key && payment.user_channel == owner.user.channel;
        let is_as_sure = payment.attribution.strength() >= owner.attribution.strength();
        if payment.was_delivered() || (is_owners && is_as_sure) {
            return;
        }
        let (at, by) = (self.report.at, self.report.by);
        let given = self.books.take(payment);
        given.attribution = owner.attribution;
        if is_owners {
            return;
        }
        if !given.user_key.is_empty() {
            // The access token that its user so far was answered opens it no more.
            given.access_salt = Some(self.access_salt);
        }
        given.user_channel.clone_from(&owner.user.channel);
        given.user_key.clone_from(&owner.user.key);
        let given = given.clone();
        let line = event(by, at, EventKind::Assign, Some(given.status), given.status);
        let reason = format!("{}: {} ({})", owner.attribution, owner.user.key, owner.user.channel);
        self.books.note(&given.payment_seq, with_reason(line, reason));
        self.match_corrected(&given);
    }

    /// A payment has just got its user: when staff corrected another for the same purchase, its goods were given by that one.
    fn match_corrected(&mut self, given: &Payment) {
        let Some(corrected) = corrected::find_twin(&self.known.corrected, given).cloned() else { return };
        let (at, by) = (self.report.at, self.report.by);
        self.books.take(&corrected).hand_corrected_at = None;
        self.books.take(given).consumed_at = Some(at);
        for (seq, line) in corrected::twin_lines(by, at, &corrected, given) {
            self.books.note(&seq, line);
        }
    }

    /// Purchases of the same store account that waited without a user, when that account has bought for this one only.
    pub(super) fn assign_neighbours(&mut self, owner: Option<&Owner>, seq: &PaymentSeq) {
        let Some(owner) = owner else { return };
        if self.known.account_users.iter().any(|user| *user != owner.user) {
            return;
        }
        let guess = Owner { user: owner.user.clone(), attribution: Attribution::StoreAccount };
        for waiting in &self.known.account_waiting {
            let is_assigned = waiting.payment_seq == *seq
                || self.books.find(&waiting.payment_seq).is_some_and(|payment| !payment.user_key.is_empty());
            if !is_assigned {
                self.assign(waiting, &guess);
            }
        }
    }
}
