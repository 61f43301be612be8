//! What we know when a store's report comes: everything `plan` decides by, read by `load`.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::owner::{Owner, Period, resolve_owners};
use super::report::{Claimant, StoreReport};
use crate::db::purchases::KnownChain;
use crate::model::{Attribution, Payment, Purchase, Timestamp};
use crate::users::User;

/// Everything that is known about a report's purchase and its neighbours.
#[derive(Default)]
pub(super) struct Known {
    /// What the store last said of the purchase before, and under which number that is kept.
    pub stored: Option<(String, Purchase)>,
    /// Its payment.
    pub payment: Option<Payment>,
    /// The payment that waits for it to be paid for.
    pub pending: Option<Payment>,
    /// Others that wait for the same purchase: only one is its.
    pub also_pending: Vec<Payment>,
    /// The chains that the chains the store named go on in by now.
    pub heads: HashMap<String, String>,
    /// The subscription it belongs to now; none for one-time purchases.
    pub chain: Option<KnownChain>,
    /// The subscriptions it, or all of its subscription's periods, belonged to under others of the store's numbers.
    pub left: Vec<KnownChain>,
    /// The users that account tokens were given to, by token in lower case.
    pub token_users: HashMap<String, User>,
    /// The claimant, and what leads to them.
    pub claim: Option<Owner>,
    /// The reservation the claimant names, until it is clear whether it is the purchase's.
    pub named: Option<Payment>,
    /// The reservation the claimant named, or the newest the purchase's owner may have made it for.
    pub reservation: Option<Payment>,
    /// Nobody has brought the purchase yet: which reservation it settled, if any, was our guess.
    pub is_guessed: bool,
    /// The owner's payments that staff corrected by hand and that wait for their purchases.
    pub corrected: Vec<Payment>,
    /// The users the purchase's store account has bought for, two at most.
    pub account_users: Vec<User>,
    /// Purchases of the same store account without a user.
    pub account_waiting: Vec<Payment>,
    /// When the purchase was consumed at another server, if it was.
    pub imported_at: Option<Timestamp>,
}

/// The purchase of a report beside what is known: the newest of both, and whose each period is.
pub(super) struct Resolved {
    /// What the store last said of the purchase.
    pub newest: Purchase,
    /// All periods of its subscription with it, oldest first, each with its owner; only itself for a one-time purchase.
    pub periods: Vec<(Purchase, Option<Owner>)>,
    pub owner: Option<Owner>,
}

impl Known {
    /// What the store last said of the purchase.
    pub(super) fn newest(&self, report: &StoreReport<'_>) -> Purchase {
        let newest = match (&self.stored, self.token_order(report)) {
            (Some((_, stored)), Some(Ordering::Less)) => Purchase {
                revoked_at: stored.revoked_at.or(report.purchase.revoked_at),
                refund: stored.refund.clone().or_else(|| report.purchase.refund.clone()),
                ..stored.clone()
            },
            (Some((_, stored)), Some(Ordering::Greater)) => {
                let as_of = report.purchase.as_of.max(stored.as_of.plus_millis(1));
                Purchase { as_of, ..report.purchase.clone() }
            }
            (Some((_, stored)), _) if !crate::db::store_snapshots::is_newer(report.purchase, stored) => {
                // A snapshot from before the period's id was read lacks it.
                let period_id = stored.period_id.clone().or_else(|| report.purchase.period_id.clone());
                Purchase { period_id, ..stored.clone() }
            }
            _ => report.purchase.clone(),
        };
        let original_order_id = self.head(&newest.original_order_id);
        let Some((_, stored)) = self.stored.as_ref().filter(|_| newest.purchase_token.is_some()) else {
            return Purchase { original_order_id, ..newest };
        };
        // Stores with purchase tokens reverse no refund. A void that was told by its order's id stands, though the subscription's
        // state may still read active, and the order, which alone tells of the refund, may not be readable later. Nor do they say
        // for ever whose account a purchase is of.
        Purchase {
            original_order_id,
            revoked_at: newest.revoked_at.or(stored.revoked_at),
            refund: newest.refund.clone().or_else(|| stored.refund.clone()),
            account_token: newest.account_token.clone().or_else(|| stored.account_token.clone()),
            ..newest
        }
    }

    /// How a report's purchase token and the one the purchase was known under follow each other, where they differ: a plan that is
    /// changed goes on with the period that runs under a token of its own. The later began later, whatever order they are told in;
    /// none where nothing says which that is.
    fn token_order(&self, report: &StoreReport<'_>) -> Option<Ordering> {
        let (said, stored) = (report.purchase, &self.stored.as_ref()?.1);
        if stored.purchase_token.is_none() || stored.purchase_token == said.purchase_token {
            return None;
        }
        let began = said.started_at.zip(stored.started_at).map(|(said, stored)| said.cmp(&stored));
        let has_moved = self.heads.get(&said.original_order_id).is_some_and(|head| *head != said.original_order_id);
        match began {
            Some(order @ (Ordering::Less | Ordering::Greater)) => Some(order),
            _ if has_moved => Some(Ordering::Less),
            _ => (said.previous_chain_id.as_ref() == Some(&stored.original_order_id)).then_some(Ordering::Greater),
        }
    }

    /// The chains that go on in the newest snapshot's with all of their periods: the ones a token names as its own before, and that of
    /// a token which another took a period from.
    pub(super) fn moved_chains(&self, report: &StoreReport<'_>, newest: &Purchase) -> Vec<String> {
        let said = report.purchase;
        let mut moved = vec![newest.previous_chain_id.clone()];
        if said.purchase_token.is_some() {
            moved.push(said.previous_chain_id.clone());
        }
        if self.token_order(report).is_some() {
            moved.push(Some(self.head(&said.original_order_id)));
            moved.extend(self.stored.as_ref().map(|(_, stored)| Some(self.head(&stored.original_order_id))));
        }
        let mut moved: Vec<String> = moved.into_iter().flatten().filter(|from| *from != newest.original_order_id).collect();
        moved.sort();
        moved.dedup();
        moved
    }

    fn head(&self, chain_id: &str) -> String {
        self.heads.get(chain_id).map_or(chain_id, String::as_str).to_owned()
    }

    /// The chains the store named for the purchase, now and before.
    pub(super) fn chains_said(&self, purchase: &Purchase) -> Vec<String> {
        let stored = self.stored.as_ref().map(|(_, stored)| stored.original_order_id.clone());
        let earlier = stored.filter(|earlier| *earlier != purchase.original_order_id);
        std::iter::once(purchase.original_order_id.clone()).chain(earlier).collect()
    }

    /// The subscription the purchase belongs to by the newest snapshot, and those it moved away from.
    pub(super) fn chain_ids(&self, report: &StoreReport<'_>) -> Vec<String> {
        let newest = self.newest(report);
        let earlier = self.stored.as_ref().map(|(_, stored)| self.head(&stored.original_order_id));
        let mut ids = vec![newest.original_order_id.clone()];
        for left in earlier.into_iter().chain(self.moved_chains(report, &newest)) {
            if !ids.contains(&left) {
                ids.push(left);
            }
        }
        ids
    }

    /// Every order id the purchase was seen with.
    pub(super) fn order_ids<'a>(&'a self, purchase: &'a Purchase) -> Vec<&'a String> {
        let payment = self.payment.as_ref();
        let of_payment = self.chain.iter().flat_map(|chain| chain.other_ids.iter());
        let of_payment =
            of_payment.filter(|(_, seq)| payment.is_some_and(|payment| payment.payment_seq == **seq)).map(|(id, _)| id);
        let stored = self.stored.as_ref().map(|(_, stored)| &stored.order_id);
        let first = payment.and_then(|payment| payment.store_order_id.as_ref());
        std::iter::once(&purchase.order_id).chain(stored).chain(first).chain(of_payment).collect()
    }

    /// The account tokens of the purchase and its subscription's periods, in lower case; without the claimant's own.
    pub(super) fn tokens(&self, purchase: &Purchase, claimant: Option<Claimant<'_>>) -> Vec<String> {
        let periods = self.chain.iter().chain(&self.left).flat_map(|chain| chain.periods.iter());
        let stored = self.stored.as_ref().map(|(_, stored)| stored);
        let said = std::iter::once(purchase).chain(stored).chain(periods);
        let is_own = |token: &String| claimant.is_some_and(|claimant| claimant.account_token.eq_ignore_ascii_case(token));
        let mut tokens: Vec<String> = Vec::new();
        for token in said.filter_map(|purchase| purchase.account_token.as_ref()).map(|token| token.to_ascii_lowercase()) {
            if !is_own(&token) && !tokens.contains(&token) {
                tokens.push(token);
            }
        }
        tokens
    }

    /// Decides whose the purchase and its subscription's other periods are.
    pub(super) fn resolve(&self, report: &StoreReport<'_>) -> Resolved {
        let newest = self.newest(report);
        let identity = newest.identity();
        let is_moved_away = |period: &Purchase| period.identity() == identity;
        let mut periods: Vec<Purchase> = self.chain.iter().flat_map(|chain| chain.periods.iter()).cloned().collect();
        let moved = self.moved_chains(report, &newest);
        let moved = self.left.iter().filter(|left| moved.contains(&left.chain_id));
        periods.extend(moved.flat_map(|left| left.periods.iter()).cloned());
        periods.retain(|period| !is_moved_away(period) && period.order_id != newest.order_id);
        periods.push(newest.clone());
        periods.sort_by(|one, other| order_of(one).cmp(&order_of(other)));
        let asked: Vec<Period> = periods.iter().map(|period| self.period(period, &identity)).collect();
        let periods: Vec<_> = periods.into_iter().zip(resolve_owners(&asked)).collect();
        let owner = periods.iter().find(|(period, _)| period.identity() == identity).and_then(|(_, owner)| owner.clone());
        let owner = owner.or_else(|| self.by_store_account());
        Resolved { newest, periods, owner }
    }

    fn period(&self, period: &Purchase, reported: &str) -> Period {
        let is_reported = period.identity() == reported;
        let payment = if is_reported { self.payment.as_ref().or(self.pending.as_ref()) } else { self.payment_of(period) };
        let recorded = payment.filter(|payment| !payment.user_key.is_empty()).map(|payment| Owner {
            user: User { channel: payment.user_channel.clone(), key: payment.user_key.clone() },
            attribution: payment.attribution,
        });
        Period {
            is_renewal: period.is_renewal,
            has_token: period.account_token.is_some(),
            token_user: period
                .account_token
                .as_ref()
                .and_then(|token| self.token_users.get(&token.to_ascii_lowercase()))
                .cloned(),
            recorded,
            is_consumed: payment.is_some_and(Payment::was_delivered),
            claim: self.claim.clone().filter(|_| is_reported),
        }
    }

    /// The payment of another period of the subscription.
    pub(super) fn payment_of(&self, period: &Purchase) -> Option<&Payment> {
        self.chain.iter().chain(&self.left).find_map(|chain| chain.payment_of(period))
    }

    /// The one user the store account has bought for; a guess, for purchases that nobody brings.
    fn by_store_account(&self) -> Option<Owner> {
        match self.account_users.as_slice() {
            [user] => Some(Owner { user: user.clone(), attribution: Attribution::StoreAccount }),
            _ => None,
        }
    }
}

/// Oldest first; periods of equal date are told apart by number.
pub(super) fn order_of(period: &Purchase) -> (Timestamp, Option<Timestamp>, usize, &str) {
    (period.purchased_at, period.expires_at, period.order_id.len(), &period.order_id)
}
