//! The line item of a subscription: its product, its plan and its phase.

use serde_json::{Value, json};

use super::found::Signup;
use super::values::{present, price, put};
use crate::model::{Plan, PriceRise, SimulatedOffer, SimulatedPurchase};

/// A code that was redeemed.
const OFFER_TYPE_CODE: i64 = 3;

/// The line items of a simulated subscription: the plan that runs, and one that was signed up for and begins when that ends.
pub(super) fn line_items(signup: &Signup) -> Vec<Value> {
    let next = signup.chain.lifecycle.next_plan.as_ref().filter(|_| signup.is_current);
    let mut items = vec![running_item(signup, next)];
    if let Some(next) = next.filter(|_| signup.last.details.running_order_id.is_some()) {
        let mut plan = json!({ "autoRenewEnabled": true });
        put(&mut plan, "recurringPrice", next.price.as_ref().map(price));
        items.push(json!({
            "productId": next.product_id,
            "autoRenewingPlan": plan,
            "offerDetails": { "basePlanId": base_plan(&next.period) },
        }));
    }
    items
}

fn running_item(signup: &Signup, next: Option<&Plan>) -> Value {
    let (lifecycle, last) = (&signup.chain.lifecycle, &signup.last);
    let mut plan = json!({});
    let is_renewing = signup.is_current && lifecycle.auto_renew && lifecycle.expiration.is_none() && next.is_none();
    put(&mut plan, "autoRenewEnabled", is_renewing.then_some(true));
    put(&mut plan, "recurringPrice", lifecycle.plan.price.as_ref().filter(|_| signup.is_current).map(price));
    let rise = lifecycle.price_rise.as_ref().filter(|_| signup.is_current);
    put(&mut plan, "priceChangeDetails", rise.map(|rise| price_change(signup, rise)));
    let running = last.details.running_order_id.as_ref();
    let mut item = json!({
        "productId": if running.is_some() { &lifecycle.plan.product_id } else { &last.product_id },
        "expiryTime": signup.expires_at().to_rfc3339(),
        "latestSuccessfulOrderId": running.unwrap_or(&last.order_id),
        "autoRenewingPlan": plan,
        "offerDetails": offer_details(signup),
        "offerPhase": offer_phase(last),
    });
    put(&mut item, "deferredItemReplacement", next.map(|next| json!({ "productId": next.product_id })));
    put(&mut item, "signupPromotion", signup.first.details.offer.as_ref().and_then(promotion));
    item
}

/// The base plan of a period's length.
pub(super) fn base_plan(period: &str) -> String {
    match period {
        "P1W" => "weekly".into(),
        "P1M" => "monthly".into(),
        "P1Y" => "yearly".into(),
        other => other.to_ascii_lowercase(),
    }
}

/// The phase of a sale: of a free trial, an introductory price, or the plan's own.
pub(super) fn phase_word(sale: &SimulatedPurchase) -> &'static str {
    match &sale.details.offer {
        None => "BASE",
        Some(_) if sale.details.is_free_trial() => "FREE_TRIAL",
        Some(_) => "INTRODUCTORY",
    }
}

/// An offer's id, which Google demands of every discounted offer.
pub(super) fn offer_id(offer: &SimulatedOffer) -> &str {
    offer.id.as_deref().unwrap_or("introductory")
}

fn offer_details(signup: &Signup) -> Value {
    let mut details = json!({ "basePlanId": base_plan(&signup.chain.lifecycle.plan.period) });
    put(&mut details, "offerId", signup.last.details.offer.as_ref().map(offer_id));
    details
}

fn offer_phase(last: &SimulatedPurchase) -> Value {
    let phase = match phase_word(last) {
        "FREE_TRIAL" => "freeTrial",
        "INTRODUCTORY" => "introductoryPrice",
        _ => "basePrice",
    };
    json!({ phase: {} })
}

/// A code: one that everybody may type has a text, one that was made for one customer has none.
fn promotion(offer: &SimulatedOffer) -> Option<Value> {
    let code = || match &offer.id {
        Some(code) => json!({ "vanityCode": { "promotionCode": code } }),
        None => json!({ "oneTimeCode": present() }),
    };
    (offer.offer_type == OFFER_TYPE_CODE).then(code)
}

fn price_change(signup: &Signup, rise: &PriceRise) -> Value {
    let lifecycle = &signup.chain.lifecycle;
    let before = lifecycle.plan.price.as_ref().map_or(0, |price| price.price_micros);
    let mode = if rise.price.price_micros < before { "PRICE_DECREASE" } else { "PRICE_INCREASE" };
    json!({
        "newPrice": price(&rise.price),
        "priceChangeMode": mode,
        "priceChangeState": if rise.is_accepted { "CONFIRMED" } else { "OUTSTANDING" },
        "expectedNewPriceChargeTime": lifecycle.period_end.to_rfc3339(),
    })
}
