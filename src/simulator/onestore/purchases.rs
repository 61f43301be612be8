//! Managed products: how they stand; acknowledging and consuming what was bought.

use serde_json::{Value, json};

use super::access::{Admitted, success};
use super::failure::{ApiFailure, ApiResult};
use super::found::{Named, get_managed, get_signup};
use crate::model::SimulatedPurchase;
use crate::simulator::finish::{Finish, finish};
use crate::state::AppState;

/// getPurchaseDetails.
pub(super) async fn get(state: &AppState, by: &Admitted, named: Named<'_>) -> ApiResult {
    let sale = get_managed(state, by, named).await?;
    let details = &sale.details;
    Ok(json!({
        "consumptionState": u8::from(details.consumed_at.is_some()),
        "developerPayload": sale.account_token.as_deref().unwrap_or_default(),
        "purchaseState": u8::from(sale.revoked_at.is_some()),
        "purchaseTime": sale.purchased_at.0,
        "purchaseId": sale.order_id,
        "acknowledgeState": u8::from(details.finished_at.is_some()),
        "quantity": sale.quantity,
    }))
}

/// consumePurchase.
pub(super) async fn consume(state: &AppState, by: &Admitted, named: Named<'_>, body: &[u8]) -> ApiResult {
    let sale = get_managed(state, by, named).await.map_err(as_state)?;
    check_payload(&sale, body)?;
    if sale.details.consumed_at.is_some() {
        return Err(ApiFailure::of("InvalidConsumeState"));
    }
    done(finish(state, &sale, &sale.product_id, Finish::Consume, by.now).await?)
}

/// acknowledgePurchase: of managed products, and of a subscription's first payment.
pub(super) async fn acknowledge(state: &AppState, by: &Admitted, named: Named<'_>, body: &[u8]) -> ApiResult {
    let sale = match get_managed(state, by, named).await {
        Ok(sale) => sale,
        Err(_) => get_signup(state, by, named).await.map_err(as_state)?.first,
    };
    check_payload(&sale, body)?;
    done(finish(state, &sale, &sale.product_id, Finish::Acknowledge, by.now).await?)
}

fn done(is_done: bool) -> ApiResult {
    is_done.then(success).ok_or_else(|| ApiFailure::of("InvalidPurchaseState"))
}

/// Of a purchase there is not, these two say that it is in no state for them.
fn as_state(failure: ApiFailure) -> ApiFailure {
    match failure {
        ApiFailure::Told(told) if told.code == "NoSuchData" => ApiFailure::of("InvalidPurchaseState"),
        failure => failure,
    }
}

/// A payload that is sent has to be the purchase's.
fn check_payload(sale: &SimulatedPurchase, body: &[u8]) -> ApiResult<()> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    match body["developerPayload"].as_str().filter(|payload| !payload.is_empty()) {
        Some(payload) if Some(payload) != sale.account_token.as_deref() => Err(ApiFailure::of("DeveloperPayloadNotMatch")),
        _ => Ok(()),
    }
}
