//! What developers say of a transaction: how far it was used, that it is finished, whose it is.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::access::Admitted;
use super::customer::{check_id, get_purchase};
use super::failure::{ApiFailure, ApiResult};
use crate::db;
use crate::error::Error;
use crate::model::{SaleKind, SimulatedPurchase};
use crate::simulator::subscribe::changed_meanwhile;
use crate::state::AppState;

const PERCENT_MILLIS_MAX: i64 = 100_000;
const DELIVERED: &str = "DELIVERED";
const UNDELIVERED: [&str; 4] =
    ["UNDELIVERED_QUALITY_ISSUE", "UNDELIVERED_WRONG_ITEM", "UNDELIVERED_SERVER_OUTAGE", "UNDELIVERED_OTHER"];
/// The numbers of the old form: name, from, to, failure.
const V1_NUMBERS: [(&str, i64, i64, ApiFailure); 9] = [
    ("accountTenure", 0, 7, ApiFailure::INVALID_TENURE),
    ("consumptionStatus", 0, 3, ApiFailure::INVALID_CONSUMPTION_STATUS),
    ("deliveryStatus", 0, 5, ApiFailure::INVALID_DELIVERY),
    ("lifetimeDollarsPurchased", 0, 7, ApiFailure::INVALID_PURCHASED_SUM),
    ("lifetimeDollarsRefunded", 0, 7, ApiFailure::INVALID_REFUNDED_SUM),
    ("platform", 0, 2, ApiFailure::INVALID_PLATFORM),
    ("playTime", 0, 7, ApiFailure::INVALID_PLAY_TIME),
    ("userStatus", 0, 4, ApiFailure::INVALID_USER_STATUS),
    ("refundPreference", 0, 3, ApiFailure::INVALID_PREFERENCE),
];

/// Send Consumption Information (v2).
pub async fn send_consumption(state: &AppState, by: &Admitted, id: &str, body: &[u8]) -> ApiResult<()> {
    let body = read_object(body)?;
    let mut purchase = get_purchase(state, by, id, ApiFailure::TRANSACTION_NOT_FOUND).await?;
    check_v2(&body, purchase.details.kind)?;
    check_own(&purchase)?;
    purchase.details.consumption = Some(Value::Object(body));
    keep(state, &purchase).await
}

/// Fails on what somebody else pays for.
fn check_own(purchase: &SimulatedPurchase) -> ApiResult<()> {
    match (purchase.details.is_assigned, purchase.details.is_family) {
        (true, _) => Err(ApiFailure::ASSIGNED),
        (false, true) => Err(ApiFailure::FAMILY_SHARED),
        (false, false) => Ok(()),
    }
}

fn check_v2(body: &Map<String, Value>, kind: SaleKind) -> ApiResult<()> {
    if body.get("customerConsented") != Some(&Value::Bool(true)) {
        return Err(ApiFailure::INVALID_CONSENT);
    }
    if !body.get("sampleContentProvided").is_some_and(Value::is_boolean) {
        return Err(ApiFailure::INVALID_SAMPLE);
    }
    let delivery = body.get("deliveryStatus").and_then(Value::as_str).unwrap_or_default();
    if delivery != DELIVERED && !UNDELIVERED.contains(&delivery) {
        return Err(ApiFailure::INVALID_DELIVERY);
    }
    let preference = body.get("refundPreference").map(|value| value.as_str().unwrap_or_default());
    if preference.is_some_and(|word| !["DECLINE", "GRANT_FULL", "GRANT_PRORATED"].contains(&word)) {
        return Err(ApiFailure::INVALID_PREFERENCE);
    }
    let Some(percentage) = body.get("consumptionPercentage") else {
        return if preference == Some("GRANT_PRORATED") && !kind.renews() { Err(ApiFailure::INVALID_PERCENTAGE) } else { Ok(()) };
    };
    if kind.renews() {
        return Err(ApiFailure::PERCENTAGE_OF_RENEWABLE);
    }
    let percentage = percentage.as_i64().filter(|number| (0..=PERCENT_MILLIS_MAX).contains(number));
    let percentage = percentage.ok_or(ApiFailure::INVALID_PERCENTAGE)?;
    let is_undelivered_use = delivery != DELIVERED && percentage != 0;
    let is_no_part = preference == Some("GRANT_PRORATED") && [0, PERCENT_MILLIS_MAX].contains(&percentage);
    if is_undelivered_use || is_no_part { Err(ApiFailure::INVALID_PERCENTAGE) } else { Ok(()) }
}

/// Send Consumption Information V1, of consumables only.
pub async fn send_consumption_v1(state: &AppState, by: &Admitted, id: &str, body: &[u8]) -> ApiResult<()> {
    let body = read_object(body)?;
    let mut purchase = get_purchase(state, by, id, ApiFailure::TRANSACTION_NOT_FOUND).await?;
    check_own(&purchase)?;
    if purchase.details.kind != SaleKind::Consumable {
        return Err(ApiFailure::NOT_CONSUMABLE);
    }
    if body.get("customerConsented") != Some(&Value::Bool(true)) {
        return Err(ApiFailure::INVALID_CONSENT);
    }
    if !body.get("sampleContentProvided").is_some_and(Value::is_boolean) {
        return Err(ApiFailure::INVALID_SAMPLE);
    }
    for (name, from, to, failure) in V1_NUMBERS {
        let is_fit = |value: &Value| value.as_i64().is_some_and(|number| (from..=to).contains(&number));
        if !body.get(name).is_none_or(is_fit) {
            return Err(failure);
        }
    }
    let token = body.get("appAccountToken").and_then(Value::as_str);
    if !token.is_some_and(|token| token.is_empty() || Uuid::try_parse(token).is_ok()) {
        return Err(ApiFailure::INVALID_CONSUMPTION_TOKEN);
    }
    purchase.details.consumption = Some(Value::Object(body));
    keep(state, &purchase).await
}

/// Finish Transaction: acknowledged. Doing it again changes nothing.
pub async fn finish(state: &AppState, by: &Admitted, id: &str) -> ApiResult<()> {
    let mut purchase = get_purchase(state, by, id, ApiFailure::TRANSACTION_NOT_FOUND).await?;
    if purchase.details.finished_at.is_none() {
        purchase.details.finished_at = Some(by.now);
        keep(state, &purchase).await?;
    }
    Ok(())
}

/// Set App Account Token, on a chain's or a one-time purchase's first transaction and what follows it.
pub async fn set_account_token(state: &AppState, by: &Admitted, id: &str, body: &[u8]) -> ApiResult<()> {
    check_id(id, ApiFailure::INVALID_ORIGINAL_ID)?;
    let body = read_object(body)?;
    let token = body.get("appAccountToken").and_then(Value::as_str).and_then(|text| Uuid::try_parse(text).ok());
    let token = token.ok_or(ApiFailure::INVALID_ACCOUNT_TOKEN)?.to_string();
    let mut purchase = get_purchase(state, by, id, ApiFailure::ORIGINAL_NOT_FOUND).await?;
    if purchase.chain_id != purchase.order_id {
        return Err(ApiFailure::NOT_ORIGINAL);
    }
    check_own(&purchase)?;
    let mut tx = state.db.read().await?;
    let mut chain = db::simulator::find_subscription(&mut tx, id).await?;
    let mut last = match chain.as_ref().map(|chain| chain.lifecycle.order_id.as_str()).filter(|last| *last != id) {
        Some(last) => db::simulator::find_purchase(&mut tx, by.environment, &by.bundle_id, last).await?,
        None => None,
    };
    drop(tx);
    for sale in [Some(&mut purchase), last.as_mut()].into_iter().flatten() {
        sale.account_token = Some(token.clone());
    }
    if let Some(chain) = &mut chain {
        chain.lifecycle.account_token = Some(token);
    }
    let write = state.db.write(async |tx| {
        if let Some(chain) = &chain
            && !db::simulator::update_subscription(tx, chain).await?
        {
            return Err(changed_meanwhile());
        }
        for sale in [Some(&purchase), last.as_ref()].into_iter().flatten() {
            db::simulator::update_purchase(tx, sale).await?;
        }
        Ok(())
    });
    match write.await {
        Err(Error::Conflict { .. }) => Err(ApiFailure::INTERNAL_RETRY),
        done => Ok(done?),
    }
}

async fn keep(state: &AppState, purchase: &SimulatedPurchase) -> ApiResult<()> {
    state.db.write(async |tx| db::simulator::update_purchase(tx, purchase).await).await?;
    Ok(())
}

/// A body that must be a JSON object.
pub(super) fn read_object(body: &[u8]) -> ApiResult<Map<String, Value>> {
    serde_json::from_slice(body).map_err(|_| ApiFailure::BAD_REQUEST)
}
