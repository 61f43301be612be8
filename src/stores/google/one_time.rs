//! One-time purchases: what Google's two answers and the order say together (docs/stores/google.md, One-time purchases).

use super::api::Answered;
use super::environment::environment_of;
use super::evidence::evidence_of;
use super::money::RefundState;
use super::wire::{Order, ProductLineItem, ProductPurchase, ProductPurchaseV2, read_account_token};
use crate::model::{
    Environment, Evidence, Money, Offer, OfferType, Ownership, Purchase, PurchaseKind, RefundedPart, RefusalCode, StoreFinish,
    Timestamp,
};
use crate::stores::{Refusal, StoreApp};

/// Google gives a purchase back that is not acknowledged by then; a licence tester's, soon.
const ACKNOWLEDGE_MILLIS: i64 = 3 * Timestamp::DAY;
const ACKNOWLEDGE_MILLIS_TEST: i64 = 3 * Timestamp::MINUTE;
/// No purchase has more products.
const ITEMS_MAX: usize = 100;
/// Google's numbers of how a purchase was paid for.
const TYPE_TEST: i64 = 0;
const TYPE_PROMOTION_CODE: i64 = 1;
const TYPE_REWARDED: i64 = 2;

/// When a purchase must be acknowledged that was completed at a moment.
pub(super) fn acknowledge_by(completed_at: Timestamp, is_test: bool) -> Timestamp {
    completed_at.plus_millis(if is_test { ACKNOWLEDGE_MILLIS_TEST } else { ACKNOWLEDGE_MILLIS })
}

/// All that Google said of a one-time purchase; one of the first two at least.
pub(super) struct OneTimeAnswers<'a> {
    pub token: &'a str,
    /// Of one product of the purchase.
    pub v1: Option<Answered<ProductPurchase>>,
    pub v1_product_id: Option<&'a str>,
    pub v2: Option<Answered<ProductPurchaseV2>>,
    pub order: Option<Answered<Order>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Purchased,
    Pending,
    Cancelled,
}

/// One product of a purchase.
struct Item {
    product_id: String,
    quantity: u32,
    /// How many of them were not given back; none when Google does not say.
    left: Option<u32>,
    is_consumed: bool,
    offer_id: Option<String>,
}

/// What is the same for all products of a purchase.
struct Whole {
    state: State,
    environment: Environment,
    is_test: bool,
    is_acknowledged: bool,
    was_paid: bool,
    purchased_at: Timestamp,
    completed_at: Timestamp,
    evidence: Evidence,
}

impl OneTimeAnswers<'_> {
    /// The order's number, where it has one.
    pub(super) fn order_id(&self) -> Option<&str> {
        let v2 = self.v2.as_ref().and_then(|v2| v2.data.order_id.as_deref());
        v2.or_else(|| self.v1.as_ref()?.data.order_id.as_deref()).filter(|id| !id.is_empty())
    }

    fn said_at(&self) -> Option<Timestamp> {
        let v1 = self.v1.as_ref().and_then(|v1| v1.said_at);
        self.v2.as_ref().and_then(|v2| v2.said_at).or(v1)
    }

    /// Reads one purchase per product, in Google's order.
    pub(super) fn read(&self, app: &StoreApp, now: Timestamp) -> Result<Vec<Purchase>, Refusal> {
        let now = self.said_at().unwrap_or(now);
        let whole = self.read_whole(app, now)?;
        let items = self.items();
        if items.is_empty() {
            return Err(unreadable("it names no product"));
        }
        let purchases = items.iter().take(ITEMS_MAX).enumerate();
        Ok(purchases.map(|(index, item)| self.read_item(&whole, item, index, now)).collect())
    }

    fn read_whole(&self, app: &StoreApp, now: Timestamp) -> Result<Whole, Refusal> {
        let (v1, v2) = (self.v1.as_ref().map(|v1| &v1.data), self.v2.as_ref().map(|v2| &v2.data));
        let order = self.order.as_ref().map(|order| &order.data);
        let state = self.state().ok_or_else(|| unreadable("its state is new to us"))?;
        let is_test =
            v1.is_some_and(|v1| v1.purchase_type == Some(TYPE_TEST)) || v2.is_some_and(|v2| v2.test_purchase_context.is_some());
        let completion = v2.and_then(|v2| v2.purchase_completion_time);
        let created_at = order.and_then(|order| order.create_time);
        let purchased_at = v1.and_then(|v1| v1.purchase_time_millis).or(created_at).or(completion).unwrap_or(now);
        let v1_used = v1.is_some_and(|v1| v1.acknowledgement_state == Some(1) || v1.consumption_state == Some(1));
        let is_acknowledged = v1.is_some_and(|v1| v1.acknowledgement_state == Some(1))
            || v2.is_some_and(|v2| v2.acknowledgement_state.as_deref() == Some("ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED"));
        // Only the second version says when it was paid for: without it, nobody may call a purchase unpaid.
        let was_paid = v2.is_none() || completion.is_some() || v1_used || order.is_some_and(Order::was_paid);
        Ok(Whole {
            state,
            environment: environment_of(app, is_test)?,
            is_test,
            is_acknowledged,
            was_paid,
            purchased_at,
            completed_at: completion.unwrap_or(purchased_at),
            evidence: self.evidence(),
        })
    }

    fn state(&self) -> Option<State> {
        state_of(self.v1.as_ref().map(|v1| &v1.data), self.v2.as_ref().map(|v2| &v2.data))
    }

    fn items(&self) -> Vec<Item> {
        let lines = self.v2.iter().flat_map(|v2| &v2.data.product_line_item);
        let mut items: Vec<Item> = lines.filter_map(|line| self.item_of_line(line)).collect();
        if let (true, Some(v1)) = (items.is_empty(), self.v1.as_ref().map(|v1| &v1.data))
            && let Some(product_id) = v1.product_id.as_deref().or(self.v1_product_id)
        {
            items.push(Item {
                product_id: product_id.to_owned(),
                quantity: quantity(v1.quantity),
                left: v1.refundable_quantity.and_then(|left| u32::try_from(left).ok()),
                is_consumed: v1.consumption_state == Some(1),
                offer_id: None,
            });
        }
        items
    }

    fn item_of_line(&self, line: &ProductLineItem) -> Option<Item> {
        let product_id = line.product_id.clone().filter(|id| !id.is_empty())?;
        let details = &line.product_offer_details;
        let v1 = self.v1.as_ref().filter(|_| self.v1_product_id == Some(product_id.as_str())).map(|v1| &v1.data);
        let left = details.refundable_quantity.or_else(|| v1?.refundable_quantity);
        Some(Item {
            quantity: quantity(details.quantity.or_else(|| v1?.quantity)),
            left: left.and_then(|left| u32::try_from(left).ok()),
            is_consumed: details.consumption_state.as_deref() == Some("CONSUMPTION_STATE_CONSUMED")
                || v1.is_some_and(|v1| v1.consumption_state == Some(1)),
            offer_id: details.offer_id.clone(),
            product_id,
        })
    }

    fn read_item(&self, whole: &Whole, item: &Item, index: usize, now: Timestamp) -> Purchase {
        let base = self.order_id().unwrap_or(self.token);
        let order_id = if index == 0 { base.to_owned() } else { format!("{base}:{}", item.product_id) };
        let offer = self.offer(item);
        let price = self.price(item);
        let (refund, is_taken_back) = self.refund(whole, item, price.as_ref());
        let order = self.order.as_ref().map(|order| &order.data);
        let account = self.v2.as_ref().and_then(|v2| v2.data.obfuscated_external_account_id.as_deref());
        let account = account.or_else(|| self.v1.as_ref()?.data.obfuscated_external_account_id.as_deref());
        let never_paid = whole.state == State::Cancelled && !whole.was_paid;
        Purchase {
            original_order_id: order_id.clone(),
            order_id,
            other_id: None,
            period_id: Some(format!("{}:{}", self.token, item.product_id)),
            previous_chain_id: None,
            product_id: item.product_id.clone(),
            quantity: item.quantity,
            account_token: read_account_token(account),
            environment: whole.environment,
            purchased_at: whole.purchased_at,
            started_at: None,
            expires_at: None,
            pending: whole.state == State::Pending,
            never_paid,
            revoked_at: is_taken_back.then(|| order.and_then(Order::taken_back_at).unwrap_or(now)),
            refund,
            price,
            kind: Some(PurchaseKind::OneTime),
            is_renewal: false,
            is_superseded: false,
            ownership: Ownership::Purchased,
            offer,
            group_id: None,
            store_account: None,
            purchase_token: Some(self.token.to_owned()),
            is_provisional: false,
            finish: finish(whole, item, is_taken_back),
            as_of: now,
            evidence: whole.evidence.clone(),
        }
    }

    /// What was paid. A code and a reward bring nothing, in whichever currency.
    fn price(&self, item: &Item) -> Option<Money> {
        let price = self.order.as_ref().and_then(|order| order.data.price_of(&item.product_id));
        match self.purchase_type() {
            Some(TYPE_PROMOTION_CODE | TYPE_REWARDED) => price.map(|price| Money { price_micros: 0, ..price }),
            _ => price,
        }
    }

    fn purchase_type(&self) -> Option<i64> {
        self.v1.as_ref().and_then(|v1| v1.data.purchase_type)
    }

    fn offer(&self, item: &Item) -> Option<Offer> {
        let offer =
            |offer_type, word: &str| Offer { offer_type, offer_id: item.offer_id.clone(), discount_type: Some(word.to_owned()) };
        match self.purchase_type() {
            Some(TYPE_PROMOTION_CODE) => Some(offer(OfferType::OfferCode, "PROMOTION_CODE")),
            Some(TYPE_REWARDED) => Some(offer(OfferType::Promotional, "REWARDED")),
            _ => item.offer_id.is_some().then(|| Offer { discount_type: None, ..offer(OfferType::Promotional, "") }),
        }
    }

    /// What was given back, and whether that is all of it.
    fn refund(&self, whole: &Whole, item: &Item, price: Option<&Money>) -> (Option<RefundedPart>, bool) {
        let order = self.order.as_ref().map(|order| &order.data);
        let of_order = order.and_then(Order::refunded_part);
        let is_whole_order = order.is_some_and(|order| order.refund_state() == RefundState::Full);
        match (whole.state, item.left) {
            (State::Pending, _) => (None, false),
            (State::Cancelled, _) if !whole.was_paid => (None, false),
            (State::Cancelled, _) => {
                (Some(RefundedPart { price_micros: None, kind: None, ..of_order.unwrap_or_default() }), true)
            }
            (State::Purchased, Some(0)) => (Some(of_order.unwrap_or_default()), true),
            (State::Purchased, _) if is_whole_order => (of_order, true),
            (State::Purchased, Some(left)) if left < item.quantity => {
                let count = item.quantity - left;
                let share = price.map(|price| share_of(price.price_micros, count, item.quantity));
                let part = of_order.unwrap_or_default();
                (Some(RefundedPart { price_micros: part.price_micros.or(share), quantity: Some(count), ..part }), false)
            }
            // Money alone, for no piece of it.
            (State::Purchased, _) => (of_order.map(|part| RefundedPart { quantity: Some(0), ..part }), false),
        }
    }

    fn evidence(&self) -> Evidence {
        evidence_of([
            ("productPurchaseV2", self.v2.as_ref().map(|v2| &v2.value)),
            ("productPurchase", self.v1.as_ref().map(|v1| &v1.value)),
            ("order", self.order.as_ref().map(|order| &order.value)),
        ])
    }
}

/// Whether Google says that a purchase was bought, by as much as it answered.
pub(super) fn is_bought(v1: Option<&ProductPurchase>, v2: Option<&ProductPurchaseV2>) -> bool {
    state_of(v1, v2) == Some(State::Purchased)
}

fn state_of(v1: Option<&ProductPurchase>, v2: Option<&ProductPurchaseV2>) -> Option<State> {
    let v2 = v2.and_then(|v2| v2.purchase_state_context.purchase_state.as_deref());
    match (v2, v1.and_then(|v1| v1.purchase_state)) {
        (Some("PURCHASED"), _) => Some(State::Purchased),
        (Some("PENDING"), _) => Some(State::Pending),
        (Some("CANCELLED"), _) => Some(State::Cancelled),
        (_, Some(0)) => Some(State::Purchased),
        (_, Some(1)) => Some(State::Cancelled),
        (_, Some(2)) => Some(State::Pending),
        _ => None,
    }
}

fn finish(whole: &Whole, item: &Item, is_taken_back: bool) -> StoreFinish {
    match whole.state {
        State::Pending | State::Cancelled => StoreFinish::NotAsked,
        State::Purchased if item.is_consumed => StoreFinish::Consumed,
        State::Purchased if whole.is_acknowledged => StoreFinish::Acknowledged,
        State::Purchased if is_taken_back => StoreFinish::NotAsked,
        State::Purchased => StoreFinish::Until(acknowledge_by(whole.completed_at, whole.is_test)),
    }
}

/// How many pieces: one when Google does not say.
fn quantity(count: Option<i64>) -> u32 {
    count.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0).unwrap_or(1)
}

fn share_of(price_micros: i64, count: u32, quantity: u32) -> i64 {
    let share = i128::from(price_micros) * i128::from(count) / i128::from(quantity);
    i64::try_from(share).unwrap_or(price_micros)
}

/// An answer we can't read may be read by a newer server: the proof is not called invalid.
pub(super) fn unreadable(why: &str) -> Refusal {
    Refusal::new(RefusalCode::StoreUnavailable, format!("Google Play's answer can't be read: {why}"))
}
