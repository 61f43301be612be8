//! `orders.reviewrefund`: what a developer says of a refund that a bank asks for.

use serde_json::{Map, Value};

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::found::get_order;
use super::requests::read_object;
use crate::db;
use crate::error::Error;
use crate::model::Timestamp;
use crate::state::AppState;

const PREFERENCES: [&str; 3] = ["DECLINE", "APPROVE", "NEUTRAL"];
const EVENTS_MAX: usize = 1_000;
const MILLI_UNITS_MAX: i64 = 100_000;
/// Later answers count for nothing.
const WINDOW_MILLIS: i64 = 24 * Timestamp::HOUR;

/// The first answer in time is kept; any other is taken and counts for nothing.
pub(super) async fn review_refund(state: &AppState, by: &Admitted, order_id: &str, body: &[u8]) -> ApiResult<()> {
    let sale = get_order(state, by, order_id).await?;
    let answer = read_object(body)?;
    let token = check(&answer)?;
    let review = sale.details.review.as_ref().filter(|review| review.token == token);
    let review = review.ok_or_else(|| ApiFailure::invalid("Invalid pendingRefundToken."))?;
    if review.answer.is_some() || by.now > review.asked_at.plus_millis(WINDOW_MILLIS) {
        return Ok(());
    }
    let write = state.db.write(async |tx| {
        let found = db::simulator::find_purchase(tx, sale.environment, &sale.store_app_id, &sale.order_id).await?;
        let mut sale = found.ok_or(Error::NotFound("sale"))?;
        if let Some(review) = sale.details.review.as_mut().filter(|review| review.answer.is_none()) {
            review.answer = Some(Value::Object(answer.clone()));
            db::simulator::update_purchase(tx, &sale).await?;
        }
        Ok(())
    });
    Ok(write.await?)
}

fn check(answer: &Map<String, Value>) -> ApiResult<String> {
    let bad = |name: &str| ApiFailure::invalid(format!("Invalid value for {name}."));
    let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let token = text("pendingRefundToken").ok_or_else(|| bad("pendingRefundToken"))?;
    text("refundPreference").filter(|word| PREFERENCES.contains(word)).ok_or_else(|| bad("refundPreference"))?;
    answer.get("sampleContentProvided").and_then(Value::as_bool).ok_or_else(|| bad("sampleContentProvided"))?;
    let percentage = answer.get("consumptionPercentageMilliunits");
    if percentage.is_some_and(|number| number.as_i64().is_none_or(|number| !(0..=MILLI_UNITS_MAX).contains(&number))) {
        return Err(bad("consumptionPercentageMilliunits"));
    }
    let events = answer.get("consumptionUsageEvents");
    if events.is_some_and(|events| events.as_array().is_none_or(|events| events.len() > EVENTS_MAX)) {
        return Err(bad("consumptionUsageEvents"));
    }
    Ok(token.to_owned())
}
