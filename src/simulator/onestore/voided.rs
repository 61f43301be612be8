//! getVoidedPurchases: what was taken back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::ids::purchase_token;
use crate::db;
use crate::model::{SimulatedPurchase, StoreCode, Timestamp};
use crate::simulator::query::Query;
use crate::state::AppState;

const MONTH_MILLIS: i64 = 31 * Timestamp::DAY;
const PAGE_DEFAULT: usize = 100;
const PAGE_MAX: usize = 999;
/// Sales looked at for one page: a rare kind goes on in the next.
const SCANNED: i64 = 2_000;

/// The window takes in what was recorded in it by the real clock as well as by the simulated one: whoever asks need not know that the
/// clock was moved.
pub(super) async fn list(state: &AppState, by: &Admitted, query: &Query) -> ApiResult {
    let bad = |name: &'static str| ApiFailure::invalid(name);
    let moment = |name: &'static str| query.moment(name, ()).map_err(|()| bad(name));
    let (start, end) = (moment("startTime")?, moment("endTime")?);
    let now = state.clock.now();
    let start = start.unwrap_or_else(|| end.unwrap_or(now).plus_millis(-MONTH_MILLIS));
    let end = end.unwrap_or(Timestamp(i64::MAX));
    if start.0 < now.0 - MONTH_MILLIS {
        return Err(bad("startTime"));
    }
    let limit = query.first("maxResults").map_or(Some(PAGE_DEFAULT), |text| text.parse().ok());
    let limit = limit.filter(|limit| (1..=PAGE_MAX).contains(limit)).ok_or_else(|| bad("maxResults"))?;
    let after = match query.first("continuationKey") {
        Some(key) => read_key(key).ok_or_else(|| bad("continuationKey"))?,
        None => (Timestamp(0), String::new()),
    };
    let (mut items, mut last) = (Vec::new(), None);
    let mut is_cut = false;
    for app in &by.apps {
        let scope = (after.0, after.1.as_str());
        let mut tx = state.db.read().await?;
        let sales = db::simulator::list_voided(&mut tx, StoreCode::OneStore, &app.store_app_id, scope, SCANNED).await?;
        drop(tx);
        for sale in sales {
            if items.len() >= limit {
                is_cut = true;
                break;
            }
            items.extend(show(&sale, start, end));
            last = Some(sale);
        }
    }
    let next = last.filter(|_| is_cut).map(|sale| write_key(&sale));
    Ok(json!({ "continuationKey": next, "voidedPurchaseList": items }))
}

fn show(sale: &SimulatedPurchase, start: Timestamp, end: Timestamp) -> Option<Value> {
    let void = sale.details.voids.last().filter(|_| sale.revoked_at.is_some())?;
    let window = start..end;
    (window.contains(&void.recorded_at) || window.contains(&void.at)).then(|| {
        json!({
            "purchaseId": sale.order_id,
            "purchaseTime": sale.purchased_at.0,
            "voidedTime": void.at.0,
            "purchaseToken": purchase_token(sale.signup_id()),
            "marketCode": "MKT_ONE",
        })
    })
}

/// By when the last sale was recorded, and its id.
fn write_key(last: &SimulatedPurchase) -> String {
    let recorded_at = last.details.voids.last().map_or(0, |void| void.recorded_at.0);
    URL_SAFE_NO_PAD.encode(format!("{recorded_at} {}", last.order_id))
}

fn read_key(key: &str) -> Option<(Timestamp, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(key).ok()?).ok()?;
    let (recorded_at, order_id) = text.split_once(' ')?;
    let is_plain = order_id.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then_some((Timestamp(recorded_at.parse().ok()?), order_id.to_owned()))
}
