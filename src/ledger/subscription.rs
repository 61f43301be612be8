//! The subscriptions a plan changes: derived anew from everything that is known of their periods.

use super::derive::{Derived, derive};
use super::owner::Owner;
use super::plan::Planner;
use super::record::ReportNumbers;
use super::report::StoreReport;
use super::timeline::{event, with_reason};
use crate::audit::By;
use crate::db::purchases::KnownChain;
use crate::db::store_snapshots::is_newer_renewal;
use crate::db::subscriptions::SavedSubscription;
use crate::model::{Attribution, EventKind, PaymentSeq, Product, Purchase, Renewal, Subscription, SubscriptionState, Timestamp};
use crate::users::User;

/// A subscription to write.
pub(super) struct PlannedSubscription {
    pub subscription: Subscription,
    /// When time alone changes its state next.
    pub due_at: Option<Timestamp>,
    /// The chain its last period moved to.
    pub moved_to: Option<String>,
}

impl PlannedSubscription {
    pub(super) fn as_row(&self) -> SavedSubscription<'_> {
        SavedSubscription { subscription: &self.subscription, due_at: self.due_at, moved_to: self.moved_to.as_deref() }
    }
}

impl Planner<'_> {
    /// Derives the subscription, and those the purchase moved away from, from everything that is known.
    pub(super) fn subscriptions(
        &mut self,
        all: &[Purchase],
        owners: &[(Purchase, Option<Owner>)],
        seq: &PaymentSeq,
        numbers: &ReportNumbers,
    ) -> Vec<PlannedSubscription> {
        let Some(chain) = &self.known.chain else { return Vec::new() };
        let stored = chain.renewal.as_ref();
        let newer = |renewal: &&Renewal| stored.is_none_or(|stored| is_newer_renewal(renewal, stored));
        let renewal = self.said_renewal().filter(newer).or(stored);
        let mut planned = Vec::new();
        if let Some(derived) = derive(all, renewal) {
            let owner =
                owners.iter().find(|(period, _)| period.order_id == derived.order_id).and_then(|(_, owner)| owner.clone());
            let owner = owner.or_else(|| owners.iter().rev().find_map(|(_, owner)| owner.clone()));
            self.supersede(&derived, all, seq);
            planned.extend(self.subscription(chain, &derived, owner, seq, numbers));
        }
        for left in &self.known.left {
            planned.extend(self.left_subscription(left, &chain.chain_id));
        }
        planned
    }

    /// How the subscription goes on by the report; none where the report is of a chain that another took the place of.
    pub(super) fn said_renewal(&self) -> Option<&Renewal> {
        self.report.renewal.filter(|renewal| renewal.chain_id == self.newest.original_order_id)
    }

    fn subscription(
        &self,
        chain: &KnownChain,
        derived: &Derived,
        owner: Option<Owner>,
        seq: &PaymentSeq,
        numbers: &ReportNumbers,
    ) -> Option<PlannedSubscription> {
        let mut derived = derived.clone();
        // A payment keeps the number its period was seen with first.
        let latest = std::iter::once(chain).chain(&self.known.left).find_map(|chain| {
            chain.periods.iter().find(|period| period.order_id == derived.order_id).and_then(|period| chain.payment_of(period))
        });
        let latest = latest.or_else(|| {
            (derived.order_id == self.newest.order_id).then(|| self.books.find(seq).or(self.known.payment.as_ref())).flatten()
        });
        if let Some(order_id) = latest.and_then(|payment| payment.store_order_id.clone()) {
            derived.order_id = order_id;
        }
        let product = self.product(chain, &derived.product_id)?;
        let before = chain.subscription.as_ref();
        let inherited = self.known.left.iter().find_map(|left| left.subscription.as_ref());
        let owner = owner.or_else(|| before.or(inherited).and_then(owner_of));
        let subscription = subscription(self.report, &chain.chain_id, &derived, product, (before, owner, numbers));
        let due_at = derived.terms.next_change(self.report.at);
        Some(PlannedSubscription { subscription, due_at, moved_to: None })
    }

    fn product<'a>(&'a self, chain: &'a KnownChain, product_id: &str) -> Option<&'a Product> {
        let left = self.known.left.iter().flat_map(|left| left.products.iter());
        let mut known = std::iter::once(self.report.product).chain(chain.products.iter()).chain(left);
        known.find(|product| product.store_product_id == product_id)
    }

    /// The subscription the purchase moved away from: what is left of it decides; with nothing left it is over.
    fn left_subscription(&self, left: &KnownChain, moved_to: &str) -> Option<PlannedSubscription> {
        let before = left.subscription.as_ref()?;
        let at = self.report.at;
        let is_all_moved = self.moved.contains(&left.chain_id);
        let identity = self.newest.identity();
        let rest: Vec<Purchase> = match is_all_moved {
            true => Vec::new(),
            false => left.periods.iter().filter(|period| period.identity() != identity).cloned().collect(),
        };
        let derived = derive(&rest, left.renewal.as_ref());
        let product = derived.as_ref().and_then(|derived| self.product(left, &derived.product_id));
        if let (Some(derived), Some(product)) = (&derived, product) {
            let changed = fill(before.clone(), derived, product, at);
            return Some(PlannedSubscription { subscription: changed, due_at: derived.terms.next_change(at), moved_to: None });
        }
        let ended = Subscription {
            state: SubscriptionState::Expired,
            period_end: before.period_end.min(at),
            grace_end: None,
            auto_renew: false,
            in_retry: false,
            is_paused: false,
            updated_at: at,
            ..before.clone()
        };
        Some(PlannedSubscription { subscription: ended, due_at: None, moved_to: Some(moved_to.to_owned()) })
    }

    /// Notes which paid periods another plan took the place of.
    fn supersede(&mut self, derived: &Derived, all: &[Purchase], seq: &PaymentSeq) {
        for period in all {
            let superseded_at = derived.superseded.iter().find(|(order_id, _)| period.order_id == *order_id).map(|(_, at)| *at);
            let is_reported = period.identity() == self.newest.identity();
            let payment = match is_reported {
                true => self.books.find(seq).or(self.known.payment.as_ref()),
                false => self.known.payment_of(period),
            };
            let Some(payment) = payment.filter(|payment| payment.superseded_at != superseded_at).cloned() else { continue };
            self.books.take(&payment).superseded_at = superseded_at;
            let (kind, reason) = match superseded_at {
                Some(_) => (EventKind::Supersede, "another plan took the place of this period"),
                None => (EventKind::Note, "no other plan takes the place of this period before its end"),
            };
            let line = event(&By::Store, self.report.at, kind, Some(payment.status), payment.status);
            self.books.note(&payment.payment_seq, with_reason(line, reason));
        }
    }
}

fn owner_of(subscription: &Subscription) -> Option<Owner> {
    (!subscription.user_key.is_empty()).then(|| Owner {
        user: User { channel: subscription.user_channel.clone(), key: subscription.user_key.clone() },
        attribution: subscription.attribution,
    })
}

fn subscription(
    report: &StoreReport<'_>,
    chain_id: &str,
    derived: &Derived,
    product: &Product,
    (before, owner, numbers): (Option<&Subscription>, Option<Owner>, &ReportNumbers),
) -> Subscription {
    let (channel, key) = owner.as_ref().map(|owner| (owner.user.channel.clone(), owner.user.key.clone())).unwrap_or_default();
    let blank = Subscription {
        subscription_id: before.map_or_else(|| numbers.subscription.clone(), |before| before.subscription_id.clone()),
        app_seq: report.app.app_seq,
        store: report.app.store,
        store_app_id: report.app.store_app_id.clone(),
        environment: derived.environment,
        chain_id: chain_id.to_owned(),
        group_id: None,
        product_seq: product.product_seq,
        product_id: String::new(),
        product_name: String::new(),
        product_type: product.product_type,
        next_product_id: None,
        user_channel: channel,
        user_key: key,
        attribution: owner.map_or(Attribution::None, |owner| owner.attribution),
        state: derived.terms.state_at(report.at),
        order_id: String::new(),
        started_at: derived.started_at,
        period_start: derived.period_start,
        period_end: derived.terms.period_end,
        grace_end: None,
        auto_renew: false,
        in_retry: false,
        is_paused: false,
        next_price: None,
        expiration_reason: None,
        price_consent: None,
        offer: None,
        ownership: derived.ownership,
        revoked_at: None,
        purchase_as_of: derived.purchase_as_of,
        renewal_as_of: None,
        created_at: before.map_or(report.at, |before| before.created_at),
        updated_at: report.at,
    };
    fill(blank, derived, product, report.at)
}

/// Puts what was derived into a subscription.
fn fill(subscription: Subscription, derived: &Derived, product: &Product, at: Timestamp) -> Subscription {
    Subscription {
        environment: derived.environment,
        group_id: derived.group_id.clone(),
        product_seq: product.product_seq,
        product_id: product.store_product_id.clone(),
        product_name: product.name.clone(),
        product_type: product.product_type,
        next_product_id: derived.next_product_id.clone(),
        state: derived.terms.state_at(at),
        order_id: derived.order_id.clone(),
        started_at: derived.started_at,
        period_start: derived.period_start,
        period_end: derived.terms.period_end,
        grace_end: derived.terms.grace_end,
        auto_renew: derived.terms.auto_renew,
        in_retry: derived.terms.in_retry,
        is_paused: derived.terms.is_paused,
        next_price: derived.next_price.clone(),
        expiration_reason: derived.expiration_reason,
        price_consent: derived.price_consent,
        offer: derived.offer.clone(),
        ownership: derived.ownership,
        revoked_at: derived.terms.revoked_at,
        purchase_as_of: derived.purchase_as_of,
        renewal_as_of: derived.renewal_as_of,
        updated_at: at,
        ..subscription
    }
}
