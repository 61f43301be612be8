//! Subscriptions: the current period of each product a purchase token owns, and how it goes on (docs/stores/google.md,
//! Subscriptions).

use std::collections::BTreeMap;

use super::api::Answered;
use super::environment::environment_of;
use super::evidence::evidence_of;
use super::money::RefundState;
use super::one_time::{acknowledge_by, unreadable};
use super::order_alone::OrderContext;
use super::renewal::{read_offer, read_renewal};
use super::wire::{LineItem, Order, SubscriptionItem, SubscriptionPurchase, read_account_token};
use crate::model::{Environment, Ownership, Purchase, PurchaseKind, Snapshot, StoreFinish, Timestamp};
use crate::stores::{Refusal, StoreApp};

/// A prepaid plan shorter than this is to be acknowledged within half of it.
const SHORT_PLAN_MILLIS: i64 = 7 * Timestamp::DAY;
/// No subscription has more products.
pub(super) const ITEMS_MAX: usize = 50;

/// All that Google said of a subscription.
pub(super) struct SubscriptionAnswers<'a> {
    pub token: &'a str,
    pub subscription: Answered<SubscriptionPurchase>,
    /// The orders of its current periods, by their numbers, as far as they could be read.
    pub orders: BTreeMap<String, Answered<Order>>,
}

/// Where a subscription stands, in Google's words without their prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Active,
    Paused,
    InGracePeriod,
    OnHold,
    Canceled,
    Expired,
    PendingPurchaseCanceled,
}

impl SubscriptionPurchase {
    /// The state; none of a word that is new to us.
    pub(super) fn state(&self) -> Option<State> {
        Some(match self.subscription_state.as_deref()?.strip_prefix("SUBSCRIPTION_STATE_")? {
            "PENDING" => State::Pending,
            "ACTIVE" => State::Active,
            "PAUSED" => State::Paused,
            "IN_GRACE_PERIOD" => State::InGracePeriod,
            "ON_HOLD" => State::OnHold,
            "CANCELED" => State::Canceled,
            "EXPIRED" => State::Expired,
            "PENDING_PURCHASE_CANCELED" => State::PendingPurchaseCanceled,
            _ => return None,
        })
    }

    /// The chain it goes on from: the token it replaced, or the expired one it was bought again for.
    fn previous_token(&self) -> Option<String> {
        let expired = || self.out_of_app_purchase_context.as_ref()?.expired_purchase_token.clone();
        self.linked_purchase_token.clone().or_else(expired).filter(|token| !token.is_empty())
    }

    fn account_token(&self) -> Option<String> {
        let expired = || self.out_of_app_purchase_context.as_ref()?.expired_external_account_identifiers.as_ref();
        let own = self.external_account_identifiers.as_ref().and_then(|ids| ids.obfuscated_external_account_id.as_deref());
        read_account_token(own.or_else(|| expired()?.obfuscated_external_account_id.as_deref()))
    }

    /// Whether it was bought outside of the app, and says nobody's account of its own.
    pub(super) fn has_no_account(&self) -> bool {
        let ids = self.external_account_identifiers.as_ref();
        let own = ids.and_then(|ids| ids.obfuscated_external_account_id.as_deref());
        self.out_of_app_purchase_context.is_some() && own.is_none_or(str::is_empty)
    }

    /// Acknowledged once, with the first order of its token.
    fn is_acknowledged(&self) -> bool {
        self.acknowledgement_state.as_deref() == Some("ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED")
    }

    fn is_replaced(&self) -> bool {
        self.canceled_state_context.as_ref().is_some_and(|context| context.replacement_cancellation.is_some())
    }

    /// Whether it ended because it could not be charged.
    fn is_unpaid(&self) -> bool {
        self.canceled_state_context.as_ref().is_some_and(|context| context.system_initiated_cancellation.is_some())
    }
}

impl SubscriptionItem {
    /// Whether the player has had it; an item that takes another's place later is listed before that.
    fn is_owned(&self) -> bool {
        self.latest_successful_order_id.is_some() || self.expiry_time.is_some()
    }
}

impl SubscriptionAnswers<'_> {
    /// The periods, in Google's order, and how the subscription goes on.
    pub(super) fn read(&self, app: &StoreApp, now: Timestamp) -> Result<Snapshot, Refusal> {
        let (subscription, now) = (&self.subscription.data, self.subscription.said_at.unwrap_or(now));
        let state = subscription.state().ok_or_else(|| unreadable("the subscription's state is new to us"))?;
        let environment = environment_of(app, subscription.test_purchase.is_some())?;
        let is_unpaid = matches!(state, State::Pending | State::PendingPurchaseCanceled);
        let items = subscription.line_items.iter().take(ITEMS_MAX).filter(|item| is_unpaid || item.is_owned());
        let period = Period { answers: self, state, environment, now };
        let read = items.enumerate().filter_map(|(index, item)| period.read(item, index));
        let purchases: Vec<Purchase> = read.collect();
        if purchases.is_empty() {
            return Err(unreadable("the subscription has no product"));
        }
        let renewal = (!is_unpaid).then(|| read_renewal(self.token, subscription, state, now));
        Ok(Snapshot { purchases, renewal })
    }

    /// An older period of the subscription, which only its order tells of.
    pub(super) fn read_older(&self, app: &StoreApp, order: &Answered<Order>, now: Timestamp) -> Result<Vec<Purchase>, Refusal> {
        let (subscription, now) = (&self.subscription.data, self.subscription.said_at.unwrap_or(now));
        let environment = environment_of(app, subscription.test_purchase.is_some())?;
        let context = OrderContext { token: self.token, environment, now };
        let read = context.read(order, PurchaseKind::AutoRenewable);
        let is_acknowledged = subscription.is_acknowledged();
        let own = |purchase: Purchase| Purchase {
            account_token: subscription.account_token(),
            previous_chain_id: subscription.previous_token(),
            started_at: subscription.start_time,
            finish: if is_acknowledged { StoreFinish::Acknowledged } else { purchase.finish },
            ..purchase
        };
        Ok(read.into_iter().map(own).collect())
    }
}

/// What the periods of one subscription are read with.
struct Period<'a> {
    answers: &'a SubscriptionAnswers<'a>,
    state: State,
    environment: Environment,
    now: Timestamp,
}

impl Period<'_> {
    fn read(&self, item: &SubscriptionItem, index: usize) -> Option<Purchase> {
        let (token, subscription) = (self.answers.token, &self.answers.subscription.data);
        let product_id = item.product_id.clone().filter(|id| !id.is_empty())?;
        let order_id = item.latest_successful_order_id.as_deref().filter(|id| !id.is_empty());
        let answered = order_id.and_then(|id| self.answers.orders.get(id));
        let order = answered.map(|answered| &answered.data);
        let base = match (order_id, subscription.start_time) {
            (Some(order_id), _) => order_id.to_owned(),
            (None, Some(start)) => format!("{token}:{}", start.0),
            (None, None) => token.to_owned(),
        };
        let expires_at = self.period_end(item, order);
        let started_at = subscription.start_time;
        let purchased_at = order.and_then(|order| order.create_time).or(started_at).unwrap_or(self.now);
        let evidence =
            [("subscription", Some(&self.answers.subscription.value)), ("order", answered.map(|answered| &answered.value))];
        Some(Purchase {
            is_renewal: is_renewal(&base),
            order_id: if index == 0 { base } else { format!("{base}:{product_id}") },
            other_id: None,
            period_id: None,
            original_order_id: token.to_owned(),
            previous_chain_id: subscription.previous_token(),
            quantity: 1,
            account_token: subscription.account_token(),
            environment: self.environment,
            purchased_at,
            started_at,
            expires_at,
            pending: self.state == State::Pending,
            never_paid: self.state == State::PendingPurchaseCanceled,
            revoked_at: order.filter(|order| self.is_revoked(item, order)).map(|order| order.taken_back_at().unwrap_or(self.now)),
            refund: order.and_then(Order::refunded_part),
            price: order.and_then(|order| order.price_of(&product_id)),
            kind: Some(PurchaseKind::AutoRenewable),
            is_superseded: subscription.is_replaced() && is_cut_short(item, order).unwrap_or(true),
            ownership: Ownership::Purchased,
            offer: read_offer(item),
            group_id: None,
            store_account: None,
            purchase_token: Some(token.to_owned()),
            is_provisional: false,
            finish: self.finish(item, order),
            as_of: self.now,
            evidence: evidence_of(evidence),
            product_id,
        })
    }

    /// The end of what is paid for. While Google tries to charge it moves the expiry on: the order says what was paid.
    fn period_end(&self, item: &SubscriptionItem, order: Option<&Order>) -> Option<Timestamp> {
        let is_moved_on = match self.state {
            State::InGracePeriod | State::OnHold => true,
            State::Expired => self.answers.subscription.data.is_unpaid(),
            _ => false,
        };
        let product_id = item.product_id.as_deref();
        let paid_until = order.and_then(|order| order.line_of(product_id)).and_then(LineItem::service_period_end);
        paid_until.filter(|_| is_moved_on).or(item.expiry_time)
    }

    /// Whether the current period's order was taken back, and the access with it. While Google still calls the subscription active,
    /// only the notice of a voided purchase tells which is meant.
    fn is_revoked(&self, item: &SubscriptionItem, order: &Order) -> bool {
        if self.state != State::Expired {
            return false;
        }
        match order.refund_state() {
            RefundState::Full => true,
            RefundState::Partial => is_cut_short(item, Some(order)).unwrap_or_default(),
            RefundState::None => false,
        }
    }

    /// Each new token is to be acknowledged; renewals need no more. A prepaid plan's token is of one order, whose period is the
    /// plan's: the item's expiry has what was left of the one before it too.
    fn finish(&self, item: &SubscriptionItem, order: Option<&Order>) -> StoreFinish {
        let subscription = &self.answers.subscription.data;
        if matches!(self.state, State::Pending | State::PendingPurchaseCanceled) {
            return StoreFinish::NotAsked;
        }
        if subscription.is_acknowledged() {
            return StoreFinish::Acknowledged;
        }
        if self.state == State::Expired {
            return StoreFinish::NotAsked;
        }
        let is_prepaid = item.prepaid_plan.is_some();
        let paid_at = order.filter(|_| is_prepaid).and_then(|order| order.create_time);
        let start = subscription.start_time.max(paid_at).unwrap_or(self.now);
        let by = acknowledge_by(start, subscription.test_purchase.is_some());
        let line = order.and_then(|order| order.line_of(item.product_id.as_deref()));
        let of_order = line.and_then(LineItem::service_period_millis);
        let plan = of_order.or_else(|| Some(item.expiry_time?.0.saturating_sub(start.0)));
        let short = plan.filter(|millis| is_prepaid && *millis < SHORT_PLAN_MILLIS);
        StoreFinish::Until(short.map_or(by, |millis| by.min(start.plus_millis(millis / 2))))
    }
}

/// Whether a period ends before what was paid for does. A plan that waited for the period's end takes nothing of it away.
fn is_cut_short(item: &SubscriptionItem, order: Option<&Order>) -> Option<bool> {
    let paid_until = order?.line_of(item.product_id.as_deref()).and_then(LineItem::service_period_end);
    item.expiry_time.zip(paid_until).map(|(expiry, end)| expiry < end)
}

impl Order {
    /// The line of a product, or the only one.
    fn line_of(&self, product_id: Option<&str>) -> Option<&LineItem> {
        let named = self.line_items.iter().find(|line| product_id.is_some() && line.product_id.as_deref() == product_id);
        named.or_else(|| self.line_items.first().filter(|_| self.line_items.len() == 1))
    }
}

impl LineItem {
    fn service_period_millis(&self) -> Option<i64> {
        let details = self.subscription_details.as_ref()?;
        Some(details.service_period_end_time?.0.saturating_sub(details.service_period_start_time?.0))
    }

    pub(super) fn service_period_end(&self) -> Option<Timestamp> {
        self.subscription_details.as_ref().and_then(|details| details.service_period_end_time)
    }
}

/// Renewals add `..0`, `..1` and so on to the first order's number.
pub(super) fn is_renewal(order_id: &str) -> bool {
    renewal_number(order_id).is_some()
}

/// The first order of a renewal's, and which renewal it is.
fn renewal_number(order_id: &str) -> Option<(&str, usize)> {
    let (first, number) = order_id.rsplit_once("..")?;
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    Some((first, number.parse().ok()?))
}

/// The orders before a renewal's, newest first; a further product's order is its plan's.
pub(super) fn earlier_periods(order_id: &str, limit: usize) -> Vec<String> {
    let Some((first, number)) = renewal_number(order_id) else { return Vec::new() };
    let renewals = (0..number).rev().map(|earlier| format!("{first}..{earlier}"));
    renewals.chain([first.to_owned()]).take(limit).collect()
}
