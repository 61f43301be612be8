//! Purchases that only an order tells of: an older period of a subscription, or a purchase Google knows by nothing else any more.

use super::api::Answered;
use super::evidence::evidence_of;
use super::money::RefundState;
use super::subscription::{ITEMS_MAX, is_renewal};
use super::wire::{LineItem, Order, SubscriptionDetails};
use crate::model::{Environment, Offer, OfferType, Ownership, Purchase, PurchaseKind, StoreFinish, Timestamp};

/// What purchases are read with that only an order tells of.
pub(super) struct OrderContext<'a> {
    pub token: &'a str,
    pub environment: Environment,
    pub now: Timestamp,
}

impl OrderContext<'_> {
    /// One purchase per product of an order that is no current one: an older period, or a purchase Google knows no more.
    pub(super) fn read(&self, answered: &Answered<Order>, kind: PurchaseKind) -> Vec<Purchase> {
        let order = &answered.data;
        let Some(base) = order.order_id.as_deref().filter(|id| !id.is_empty()) else { return Vec::new() };
        let lines = order.line_items.iter().take(ITEMS_MAX).filter_map(|line| Some((line, line.product_id.as_deref()?)));
        let purchase = |(index, (line, product_id)): (usize, (&LineItem, &str))| {
            let order_id = if index == 0 { base.to_owned() } else { format!("{base}:{product_id}") };
            self.purchase(order_id, line, product_id, Known { answered, kind })
        };
        lines.enumerate().map(purchase).collect()
    }

    fn purchase(&self, order_id: String, line: &LineItem, product_id: &str, known: Known<'_>) -> Purchase {
        let order = &known.answered.data;
        let is_subscription = known.kind == PurchaseKind::AutoRenewable;
        let is_cancelled = order.state.as_deref() == Some("CANCELED");
        let is_taken_back = order.refund_state() == RefundState::Full || is_cancelled && order.was_paid();
        let count = line.one_time_purchase_details.as_ref().and_then(|details| details.quantity);
        Purchase {
            is_renewal: is_subscription && is_renewal(order.order_id.as_deref().unwrap_or_default()),
            original_order_id: if is_subscription { self.token.to_owned() } else { order_id.clone() },
            period_id: (!is_subscription).then(|| format!("{}:{product_id}", self.token)),
            order_id,
            other_id: None,
            previous_chain_id: None,
            product_id: product_id.to_owned(),
            quantity: count.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0).unwrap_or(1),
            account_token: None,
            environment: self.environment,
            purchased_at: order.create_time.unwrap_or(self.now),
            started_at: None,
            expires_at: line.service_period_end(),
            pending: order.state.as_deref() == Some("PENDING"),
            never_paid: is_cancelled && !order.was_paid(),
            revoked_at: is_taken_back.then(|| order.taken_back_at().unwrap_or(self.now)),
            refund: order.refunded_part(),
            price: order.price_of(product_id),
            kind: Some(known.kind),
            is_superseded: false,
            ownership: Ownership::Purchased,
            offer: line.subscription_details.as_ref().and_then(read_phase),
            group_id: None,
            store_account: None,
            purchase_token: Some(self.token.to_owned()),
            is_provisional: false,
            finish: StoreFinish::NotAsked,
            as_of: self.now,
            evidence: evidence_of([("order", Some(&known.answered.value))]),
        }
    }
}

/// The offer a period was in, as its order has it.
fn read_phase(details: &SubscriptionDetails) -> Option<Offer> {
    let phase = &details.offer_phase_details;
    let word = match () {
        () if phase.free_trial_details.is_some() => "FREE_TRIAL",
        () if phase.introductory_price_details.is_some() => "INTRODUCTORY_PRICE",
        () => return None,
    };
    let (offer_type, offer_id) = (OfferType::Introductory, details.offer_id.clone());
    Some(Offer { offer_type, offer_id, discount_type: Some(word.to_owned()) })
}

/// An order and what kind of purchase it is of.
struct Known<'a> {
    answered: &'a Answered<Order>,
    kind: PurchaseKind,
}
