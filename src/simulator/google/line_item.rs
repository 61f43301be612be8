//! The line item of a subscription: its product, its plan and its phase.

use serde_json::{Value, json};

use super::found::Signup;
use super::values::{present, price, put};
use crate::model::{AddOn, Installments, Lifecycle, Money, Plan, PriceRise, SalePayment, SimulatedOffer, SimulatedPurchase};

/// A code that was redeemed.
const OFFER_TYPE_CODE: i64 = 3;

/// The line items of a simulated subscription: the plan that runs with its further products, and one that was signed up for and
/// begins when that ends.
pub(super) fn line_items(signup: &Signup) -> Vec<Value> {
    let next = signup.lifecycle().next_plan.as_ref().filter(|_| signup.is_known());
    if signup.first.details.payment != SalePayment::Paid {
        return vec![unpaid_item(signup)];
    }
    let mut items = vec![running_item(signup, next)];
    items.extend(signup.last.details.items.iter().map(|item| add_on_item(signup, &item.product_id, item.price.as_ref())));
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

/// The item of a sign-up that nobody has paid for: not owned, so without expiry and order.
fn unpaid_item(signup: &Signup) -> Value {
    let lifecycle = signup.lifecycle();
    let mut item = json!({
        "productId": signup.first.product_id,
        "offerDetails": { "basePlanId": base_plan(&lifecycle.plan.period) },
    });
    put_plan(&mut item, lifecycle, json!({}));
    item
}

/// A further product: it renews with the plan, unless it was removed.
fn add_on_item(signup: &Signup, product_id: &str, paid: Option<&Money>) -> Value {
    let lifecycle = signup.lifecycle();
    let own = |add_on: &&AddOn| add_on.product_id == product_id;
    let is_kept = lifecycle.add_ons.iter().find(own).is_some_and(|add_on| !add_on.is_removed);
    let mut plan = json!({});
    put(&mut plan, "autoRenewEnabled", (is_kept && is_renewing(signup)).then_some(true));
    put(&mut plan, "recurringPrice", paid.map(price));
    let mut item = json!({
        "productId": product_id,
        "expiryTime": signup.expires_at().to_rfc3339(),
        "latestSuccessfulOrderId": signup.last.order_id,
        "offerDetails": { "basePlanId": base_plan(&lifecycle.plan.period) },
        "offerPhase": { "basePrice": {} },
    });
    put_plan(&mut item, lifecycle, plan);
    put(&mut item, "deferredItemRemoval", (!is_kept && signup.is_current).then(present));
    item
}

fn is_renewing(signup: &Signup) -> bool {
    let lifecycle = signup.lifecycle();
    signup.is_current && lifecycle.auto_renew && lifecycle.expiration.is_none()
}

/// A plan that renews, or one that is paid for in advance.
fn put_plan(item: &mut Value, lifecycle: &Lifecycle, renewing: Value) {
    match lifecycle.is_prepaid {
        true => item["prepaidPlan"] = json!({ "allowExtendAfterTime": lifecycle.period_start.to_rfc3339() }),
        false => item["autoRenewingPlan"] = renewing,
    }
}

fn installments(installments: &Installments) -> Value {
    let mut details = json!({
        "initialCommittedPaymentsCount": installments.committed,
        "remainingCommittedPaymentsCount": installments.remaining,
    });
    put(&mut details, "pendingCancellation", installments.is_canceled.then(present));
    details
}

fn running_item(signup: &Signup, next: Option<&Plan>) -> Value {
    let (lifecycle, last) = (signup.lifecycle(), &signup.last);
    let mut plan = json!({});
    put(&mut plan, "autoRenewEnabled", (is_renewing(signup) && next.is_none()).then_some(true));
    put(&mut plan, "recurringPrice", lifecycle.plan.price.as_ref().filter(|_| signup.is_known()).map(price));
    let rise = lifecycle.price_rise.as_ref().filter(|_| signup.is_known());
    match rise {
        Some(rise) if rise.is_step_up => plan["priceStepUpConsentDetails"] = step_up(signup, rise),
        rise => put(&mut plan, "priceChangeDetails", rise.map(|rise| price_change(signup, rise))),
    }
    put(&mut plan, "installmentDetails", lifecycle.installments.as_ref().map(installments));
    let running = last.details.running_order_id.as_ref();
    let mut item = json!({
        "productId": if running.is_some() { &lifecycle.plan.product_id } else { &last.product_id },
        "expiryTime": signup.expires_at().to_rfc3339(),
        "latestSuccessfulOrderId": running.unwrap_or(&last.order_id),
        "offerDetails": offer_details(signup),
        "offerPhase": offer_phase(last),
    });
    put_plan(&mut item, lifecycle, plan);
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
    let mut details = json!({ "basePlanId": base_plan(&signup.lifecycle().plan.period) });
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

/// A step of the price: it takes effect with the next renewal if the player agrees until then.
fn step_up(signup: &Signup, rise: &PriceRise) -> Value {
    json!({
        "state": if rise.is_accepted { "CONFIRMED" } else { "PENDING" },
        "newPrice": price(&rise.price),
        "consentDeadlineTime": signup.lifecycle().period_end.to_rfc3339(),
    })
}

fn price_change(signup: &Signup, rise: &PriceRise) -> Value {
    let lifecycle = signup.lifecycle();
    let before = lifecycle.plan.price.as_ref().map_or(0, |price| price.price_micros);
    let mode = if rise.price.price_micros < before { "PRICE_DECREASE" } else { "PRICE_INCREASE" };
    json!({
        "newPrice": price(&rise.price),
        "priceChangeMode": mode,
        "priceChangeState": if rise.is_accepted { "CONFIRMED" } else { "OUTSTANDING" },
        "expectedNewPriceChargeTime": lifecycle.period_end.to_rfc3339(),
    })
}
