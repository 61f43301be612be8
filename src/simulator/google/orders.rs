//! Orders: what was paid, and giving it back.

use serde_json::{Value, json};

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::found::get_order;
use super::ids::purchase_token;
use super::line_item::{base_plan, offer_id, phase_word};
use super::products::{PURCHASE_OPTION, region_of};
use super::values::{money, price, put, tax_micros};
use crate::db;
use crate::error::Error;
use crate::model::{Money, SaleDetails, SaleItem, SimulatedPurchase, Timestamp, VoidReason, VoidSource};
use crate::simulator::query::Query;
use crate::simulator::refund::{Refund, Settle, settle_at};
use crate::state::AppState;

const BATCH_MAX: usize = 1_000;
/// Older orders are not refunded.
const REFUNDABLE_MILLIS: i64 = 3 * 366 * Timestamp::DAY;
/// What Google leaves to the developer of a price without tax, in percent.
const REVENUE_PERCENT: i64 = 85;
const PERCENT_MILLIS: i64 = 100_000;

/// `orders.get`.
pub(super) async fn get(state: &AppState, by: &Admitted, order_id: &str) -> ApiResult {
    let sale = get_order(state, by, order_id).await?;
    show(state, &sale).await
}

/// `orders.batchget`: one that is not there fails them all.
pub(super) async fn batch_get(state: &AppState, by: &Admitted, query: &Query) -> ApiResult {
    let ids: Vec<&str> = query.all("orderIds").collect();
    if !(1..=BATCH_MAX).contains(&ids.len()) {
        return Err(ApiFailure::invalid(format!("Between 1 and {BATCH_MAX} order ids must be given.")));
    }
    let mut orders = Vec::with_capacity(ids.len());
    for (place, id) in ids.iter().enumerate() {
        if ids[..place].contains(id) {
            return Err(ApiFailure::invalid("Order ids must be distinct."));
        }
        orders.push(get(state, by, id).await?);
    }
    Ok(json!({ "orders": orders }))
}

/// `orders.refund`: with `revoke`, what was bought is taken back too.
pub(super) async fn refund(state: &AppState, by: &Admitted, order_id: &str, query: &Query) -> ApiResult<()> {
    let sale = get_order(state, by, order_id).await?;
    let revokes = query.flag("revoke", ()).map_err(|()| ApiFailure::invalid("Invalid value for revoke."))?.unwrap_or(false);
    if by.now > sale.purchased_at.plus_millis(REFUNDABLE_MILLIS) {
        return Err(ApiFailure::invalid("The order is too old to be refunded."));
    }
    let refund = Refund { keeps_access: !revokes, source: VoidSource::Developer, reason: VoidReason::Other, ..Refund::default() };
    settle_at(state, &sale, Settle::Refund(refund), by.now).await.map(drop).map_err(in_words)
}

/// A refusal of the shared code in Google's words.
pub(super) fn in_words(error: Error) -> ApiFailure {
    match error {
        Error::Conflict { .. } => {
            ApiFailure::new(400, "invalidPurchaseState", "The order is not in a valid state to perform the desired operation.")
        }
        Error::Invalid { .. } => ApiFailure::invalid("Invalid Value"),
        other => ApiFailure::Internal(other),
    }
}

async fn show(state: &AppState, sale: &SimulatedPurchase) -> ApiResult {
    let paid = sale.total().unwrap_or_else(|| Money { price_micros: 0, currency: "KRW".into() });
    let tax = tax_micros(&paid);
    let paid_at = sale.details.paid_at.unwrap_or(sale.purchased_at);
    let own = sale.price.clone().unwrap_or_else(|| paid.clone());
    let last_event = sale.revoked_at.or(sale.details.refunded_at).or(sale.details.voids.last().map(|void| void.at));
    let revenue = (paid.price_micros - tax) / 100 * REVENUE_PERCENT;
    let period = period_of(state, sale).await?;
    Ok(json!({
        "orderId": sale.order_id,
        "purchaseToken": purchase_token(sale.signup_id()),
        "state": state_word(sale),
        "createTime": paid_at.to_rfc3339(),
        "lastEventTime": last_event.unwrap_or(paid_at).to_rfc3339(),
        "buyerAddress": { "buyerCountry": region_of(sale) },
        "total": price(&paid),
        "tax": money(tax, &paid.currency),
        "developerRevenueInBuyerCurrency": money(revenue, &paid.currency),
        "salesChannel": if sale.details.is_out_of_app { "PLAY_STORE" } else { "IN_APP" },
        "orderDetails": { "taxInclusive": true },
        "orderHistory": history(sale, &paid, paid_at),
        "lineItems": line_items(sale, &own, &period),
    }))
}

const fn state_word(sale: &SimulatedPurchase) -> &'static str {
    let is_part = match &sale.details.revocation {
        Some(revocation) => revocation.percentage.is_some(),
        None => sale.details.refunded_quantity > 0 && sale.details.refunded_at.is_none(),
    };
    match (sale.revoked_at.is_some() || sale.details.refunded_at.is_some(), is_part) {
        (_, true) => "PARTIALLY_REFUNDED",
        (true, false) => "REFUNDED",
        (false, false) => "PROCESSED",
    }
}

/// How long a plan's period is, of a subscription.
async fn period_of(state: &AppState, sale: &SimulatedPurchase) -> ApiResult<String> {
    if !sale.details.kind.renews() {
        return Ok(String::new());
    }
    let chain = db::simulator::find_subscription(&mut state.db.read().await?, &sale.chain_id).await?;
    Ok(chain.map(|chain| chain.lifecycle.plan.period).unwrap_or_default())
}

/// A line for each product of the order.
fn line_items(sale: &SimulatedPurchase, own: &Money, period: &str) -> Vec<Value> {
    let other = |item: &SaleItem| {
        let details = SaleDetails { offer: None, ..sale.details.clone() };
        let sold = SimulatedPurchase { product_id: item.product_id.clone(), quantity: item.quantity, details, ..sale.clone() };
        let free = || Money { price_micros: 0, currency: own.currency.clone() };
        line_item(&sold, &item.price.clone().unwrap_or_else(free), period)
    };
    std::iter::once(line_item(sale, own, period)).chain(sale.details.items.iter().map(other)).collect()
}

fn line_item(sale: &SimulatedPurchase, paid: &Money, period: &str) -> Value {
    let mut item = json!({
        "productId": sale.product_id,
        "productTitle": sale.product_id,
        "listingPrice": price(paid),
        "total": price(paid),
        "tax": money(tax_micros(paid), &paid.currency),
    });
    let offer = sale.details.offer.as_ref();
    match sale.details.expires_at {
        Some(expires_at) if sale.details.kind.renews() => {
            let phase = phase_word(sale);
            let details = match phase {
                "FREE_TRIAL" => "freeTrialDetails",
                "INTRODUCTORY" => "introductoryPriceDetails",
                _ => "baseDetails",
            };
            item["subscriptionDetails"] = json!({
                "basePlanId": base_plan(period),
                "offerPhase": phase,
                "offerPhaseDetails": { details: {} },
                "servicePeriodStartTime": sale.period_start().to_rfc3339(),
                "servicePeriodEndTime": expires_at.to_rfc3339(),
            });
            put(&mut item["subscriptionDetails"], "offerId", offer.map(offer_id));
        }
        _ => {
            item["oneTimePurchaseDetails"] = json!({ "quantity": sale.quantity, "purchaseOptionId": PURCHASE_OPTION });
            put(&mut item["oneTimePurchaseDetails"], "offerId", offer.and_then(|offer| offer.id.as_deref()));
        }
    }
    item
}

fn history(sale: &SimulatedPurchase, paid: &Money, paid_at: Timestamp) -> Value {
    let mut history = json!({ "processedEvent": { "eventTime": paid_at.to_rfc3339() } });
    let details = &sale.details;
    let back = |micros: i64| {
        let part = Money { price_micros: micros, currency: paid.currency.clone() };
        json!({ "total": price(&part), "tax": money(tax_micros(&part), &part.currency) })
    };
    let percentage = details.revocation.and_then(|revocation| revocation.percentage);
    let parts: Vec<Value> = details
        .voids
        .iter()
        .filter_map(|void| {
            let micros = match (void.quantity, percentage) {
                (Some(quantity), _) => paid.price_micros / sale.quantity.max(1) * quantity,
                (None, percentage) => paid.price_micros / PERCENT_MILLIS * percentage?,
            };
            let at = void.at.to_rfc3339();
            Some(json!({
                "createTime": at, "processTime": at, "state": "PROCESSED_SUCCESSFULLY", "refundDetails": back(micros),
            }))
        })
        .collect();
    let refunded_at = sale.revoked_at.filter(|_| percentage.is_none()).or(details.refunded_at);
    let is_chargeback = details.voids.iter().any(|void| void.reason == VoidReason::Chargeback);
    let event = refunded_at.map(|at| {
        let reason = if is_chargeback { "CHARGEBACK" } else { "OTHER" };
        json!({ "eventTime": at.to_rfc3339(), "refundReason": reason, "refundDetails": back(paid.price_micros) })
    });
    put(&mut history, "refundEvent", event);
    put(&mut history, "partialRefundEvents", (!parts.is_empty()).then_some(parts));
    history
}
