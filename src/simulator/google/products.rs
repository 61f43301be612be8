//! One-time purchases: how they stand, acknowledging and consuming them.

use serde_json::{Value, json};

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::found::get_product;
use super::values::{millis, put, region};
use crate::model::{SaleItem, SaleOrigin, SalePayment, SimulatedPurchase, StoreEnvironment};
use crate::simulator::countries::country_of;
use crate::simulator::finish::{Finish, finish};
use crate::state::AppState;

/// The one way a simulated product is sold.
pub(super) const PURCHASE_OPTION: &str = "buy";

/// Whether a sale has an order id that anybody is shown: promotion codes have none, nor has what waits for payment.
pub(super) fn has_order(sale: &SimulatedPurchase) -> bool {
    sale.details.origin != SaleOrigin::PromoCode && sale.details.payment == SalePayment::Paid
}

/// The region a sale was made in.
pub(super) fn region_of(sale: &SimulatedPurchase) -> &'static str {
    region(sale.details.country.as_deref().unwrap_or_else(|| country_of(sale.price.as_ref())))
}

/// `purchases.products.get`.
pub(super) async fn get_v1(state: &AppState, by: &Admitted, product_id: &str, token: &str) -> ApiResult {
    let sale = get_named(state, by, product_id, token).await?;
    let details = &sale.details;
    let own = Line::of(&sale, product_id).ok_or_else(ApiFailure::invalid_token)?;
    let mut answer = json!({
        "kind": "androidpublisher#productPurchase",
        "purchaseTimeMillis": millis(sale.purchased_at),
        "purchaseState": purchase_state(&sale),
        "consumptionState": u8::from(own.is_consumed),
        "acknowledgementState": u8::from(details.finished_at.is_some()),
        "regionCode": region_of(&sale),
    });
    put(&mut answer, "orderId", has_order(&sale).then_some(sale.order_id.as_str()));
    put(&mut answer, "purchaseType", purchase_type(&sale));
    put(&mut answer, "quantity", (own.quantity > 1).then_some(own.quantity));
    put(&mut answer, "refundableQuantity", (own.left > 0).then_some(own.left));
    put_account(&mut answer, &sale);
    Ok(answer)
}

/// One product of an order.
struct Line<'a> {
    product_id: &'a str,
    quantity: i64,
    /// How many of them were not taken back.
    left: i64,
    is_consumed: bool,
}

impl<'a> Line<'a> {
    /// The lines of a sale, its own product first.
    fn all(sale: &'a SimulatedPurchase) -> impl Iterator<Item = Self> {
        let details = &sale.details;
        let own = Self {
            product_id: &sale.product_id,
            quantity: sale.quantity,
            left: sale.quantity - details.refunded_quantity,
            is_consumed: details.consumed_at.is_some(),
        };
        // Several products of one order are given back together.
        let other = |item: &'a SaleItem| Self {
            product_id: &item.product_id,
            quantity: item.quantity,
            left: if sale.revoked_at.is_some() { 0 } else { item.quantity },
            is_consumed: item.consumed_at.is_some(),
        };
        std::iter::once(own).chain(details.items.iter().map(other))
    }

    fn of(sale: &'a SimulatedPurchase, product_id: &str) -> Option<Self> {
        Self::all(sale).find(|line| line.product_id == product_id)
    }

    fn show(&self, offer_id: Option<&str>) -> Value {
        let consumption = if self.is_consumed { "CONSUMED" } else { "YET_TO_BE_CONSUMED" };
        let mut offer = json!({
            "purchaseOptionId": PURCHASE_OPTION,
            "quantity": self.quantity,
            "consumptionState": format!("CONSUMPTION_STATE_{consumption}"),
        });
        put(&mut offer, "refundableQuantity", (self.left > 0).then_some(self.left));
        put(&mut offer, "offerId", offer_id);
        json!({ "productId": self.product_id, "productOfferDetails": offer })
    }
}

/// `purchases.productsv2.getproductpurchasev2`.
pub(super) async fn get_v2(state: &AppState, by: &Admitted, token: &str) -> ApiResult {
    let sale = get_product(state, by, token).await?;
    let details = &sale.details;
    let state = match purchase_state(&sale) {
        0 => "PURCHASED",
        1 => "CANCELLED",
        _ => "PENDING",
    };
    let offer_id = details.offer.as_ref().and_then(|offer| offer.id.as_deref());
    let own_offer = |line: &Line<'_>| offer_id.filter(|_| line.product_id == sale.product_id);
    let lines: Vec<Value> = Line::all(&sale).map(|line| line.show(own_offer(&line))).collect();
    let mut answer = json!({
        "kind": "androidpublisher#productPurchaseV2",
        "regionCode": region_of(&sale),
        "acknowledgementState": acknowledgement(&sale),
        "purchaseStateContext": { "purchaseState": state },
        "productLineItem": lines,
    });
    put(&mut answer, "orderId", has_order(&sale).then_some(sale.order_id.as_str()));
    let completed = (details.payment == SalePayment::Paid).then(|| details.paid_at.unwrap_or(sale.purchased_at).to_rfc3339());
    put(&mut answer, "purchaseCompletionTime", completed);
    let is_test = sale.environment == StoreEnvironment::Sandbox;
    put(&mut answer, "testPurchaseContext", is_test.then(|| json!({ "fopType": "TEST" })));
    put_account(&mut answer, &sale);
    Ok(answer)
}

/// `purchases.products.acknowledge` and `consume`.
pub(super) async fn finish_product(
    state: &AppState,
    by: &Admitted,
    product_id: &str,
    token: &str,
    what: Finish,
) -> ApiResult<()> {
    let sale = get_named(state, by, product_id, token).await?;
    match finish(state, &sale, product_id, what, by.now).await? {
        true => Ok(()),
        false => Err(ApiFailure::invalid_state()),
    }
}

async fn get_named(state: &AppState, by: &Admitted, product_id: &str, token: &str) -> ApiResult<SimulatedPurchase> {
    let sale = get_product(state, by, token).await?;
    match Line::of(&sale, product_id).is_some() {
        true => Ok(sale),
        false => Err(ApiFailure::invalid_token()),
    }
}

/// 0 purchased, 1 canceled, 2 pending.
pub(super) fn purchase_state(sale: &SimulatedPurchase) -> u8 {
    match (sale.details.payment, sale.revoked_at) {
        (SalePayment::Pending, _) => 2,
        (SalePayment::Dropped, _) | (_, Some(_)) => 1,
        (SalePayment::Paid, None) => 0,
    }
}

/// None for an ordinary purchase; 0 is a licence tester's.
fn purchase_type(sale: &SimulatedPurchase) -> Option<u8> {
    match sale.details.origin {
        SaleOrigin::PromoCode => Some(1),
        SaleOrigin::Rewarded => Some(2),
        SaleOrigin::Ordinary => (sale.environment == StoreEnvironment::Sandbox).then_some(0),
    }
}

pub(super) fn acknowledgement(sale: &SimulatedPurchase) -> &'static str {
    match sale.details.finished_at {
        Some(_) => "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED",
        None => "ACKNOWLEDGEMENT_STATE_PENDING",
    }
}

fn put_account(answer: &mut Value, sale: &SimulatedPurchase) {
    put(answer, "obfuscatedExternalAccountId", sale.account_token.as_deref());
    put(answer, "obfuscatedExternalProfileId", sale.details.profile_id.as_deref());
}
