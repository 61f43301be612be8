//! `purchases.voidedpurchases.list`: what was taken back.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::ids::purchase_token;
use super::values::{millis, put};
use crate::db;
use crate::model::{SimulatedPurchase, StoreCode, Timestamp, VoidReason, VoidRecord, VoidSource};
use crate::simulator::query::Query;
use crate::state::AppState;

const WINDOW_MILLIS: i64 = 30 * Timestamp::DAY;
/// For clocks that differ.
const SLACK_MILLIS: i64 = Timestamp::HOUR;
const PAGE_MAX: usize = 1_000;
/// Sales looked at for one page: a rare kind goes on in the next.
const SCANNED: i64 = 2_000;

/// What a client asks for; a page's token has all of it.
struct Asked {
    start: Timestamp,
    end: Timestamp,
    with_subscriptions: bool,
    with_parts: bool,
    /// The record it goes on after: by when its sale was last recorded, the sale, and its place among the sale's records.
    after: (Timestamp, String),
}

/// The window takes in what was recorded in it by the real clock as well as by the simulated one: whoever asks need not know
/// that the clock was moved.
pub(super) async fn list(state: &AppState, by: &Admitted, query: &Query) -> ApiResult {
    let asked = read_asked(state, query)?;
    let limit = query.first("maxResults").map_or(Some(PAGE_MAX), |text| text.parse().ok());
    let limit =
        limit.filter(|limit| *limit > 0).ok_or_else(|| ApiFailure::invalid("Invalid value for maxResults."))?.min(PAGE_MAX);
    let mut tx = state.db.read().await?;
    let after = (asked.after.0, asked.after.1.as_str());
    let scanned = db::simulator::list_voided(&mut tx, StoreCode::GooglePlay, &by.package, after, SCANNED).await?;
    drop(tx);
    let is_cut = scanned.len() as i64 == SCANNED;
    let (mut items, mut last, mut has_more) = (Vec::new(), None, is_cut);
    for sale in &scanned {
        let found: Vec<Value> = records(sale, &asked).map(|void| show(sale, void)).collect();
        if !items.is_empty() && items.len() + found.len() > limit {
            has_more = true;
            break;
        }
        items.extend(found);
        last = Some(sale);
    }
    let mut answer = json!({});
    let next = last.filter(|_| has_more).map(|sale| json!({ "nextPageToken": write_token(&asked, sale) }));
    put(&mut answer, "tokenPagination", next);
    put(&mut answer, "voidedPurchases", (!items.is_empty()).then_some(items));
    Ok(answer)
}

fn records<'a>(sale: &'a SimulatedPurchase, asked: &'a Asked) -> impl Iterator<Item = &'a VoidRecord> {
    let is_fit = asked.with_subscriptions || !sale.details.kind.renews();
    let window = asked.start..asked.end;
    let is_in = move |void: &&VoidRecord| {
        let is_whole = void.quantity.is_none_or(|quantity| quantity == sale.quantity);
        (is_whole || asked.with_parts) && (window.contains(&void.recorded_at) || window.contains(&void.at))
    };
    sale.details.voids.iter().filter(move |_| is_fit).filter(is_in)
}

fn show(sale: &SimulatedPurchase, void: &VoidRecord) -> Value {
    let mut item = json!({
        "kind": "androidpublisher#voidedPurchase",
        "purchaseToken": purchase_token(sale.signup_id()),
        "purchaseTimeMillis": millis(sale.purchased_at),
        "voidedTimeMillis": millis(void.at),
        "orderId": sale.order_id,
        "voidedSource": source_code(void.source),
        "voidedReason": reason_code(void.reason),
    });
    put(&mut item, "voidedQuantity", void.quantity);
    item
}

const fn source_code(source: VoidSource) -> u8 {
    match source {
        VoidSource::User => 0,
        VoidSource::Developer => 1,
        VoidSource::Store => 2,
    }
}

const fn reason_code(reason: VoidReason) -> u8 {
    match reason {
        VoidReason::Other => 0,
        VoidReason::Remorse => 1,
        VoidReason::Chargeback => 7,
        VoidReason::Unacknowledged => 8,
    }
}

fn read_asked(state: &AppState, query: &Query) -> ApiResult<Asked> {
    let bad = |name: &str| ApiFailure::invalid(format!("Invalid value for {name}."));
    if let Some(token) = query.first("token").filter(|token| !token.is_empty()) {
        return read_token(token).ok_or_else(|| bad("token"));
    }
    let now = state.clock.now();
    let moment = |name: &str| query.moment(name, ()).map_err(|()| bad(name));
    let oldest = now.plus_millis(-WINDOW_MILLIS);
    let start = moment("startTime")?.unwrap_or(oldest);
    if start < oldest.plus_millis(-SLACK_MILLIS) {
        return Err(ApiFailure::invalid("The start time must be within the last 30 days."));
    }
    let with_subscriptions = match query.first("type").unwrap_or("0") {
        "0" => false,
        "1" => true,
        _ => return Err(bad("type")),
    };
    let with_parts =
        query.flag("includeQuantityBasedPartialRefund", ()).map_err(|()| bad("includeQuantityBasedPartialRefund"))?;
    Ok(Asked {
        start,
        end: moment("endTime")?.unwrap_or(Timestamp(i64::MAX)),
        with_subscriptions,
        with_parts: with_parts.unwrap_or(false),
        after: (Timestamp(0), String::new()),
    })
}

fn write_token(asked: &Asked, last: &SimulatedPurchase) -> String {
    let recorded_at = last.details.voids.last().map_or(0, |void| void.recorded_at.0);
    let flags = (u8::from(asked.with_subscriptions), u8::from(asked.with_parts));
    let text = format!("{} {} {} {} {recorded_at} {}", asked.start.0, asked.end.0, flags.0, flags.1, last.order_id);
    URL_SAFE_NO_PAD.encode(text)
}

fn read_token(token: &str) -> Option<Asked> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let mut parts = text.splitn(6, ' ');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let (start, end) = (Timestamp(number()?), Timestamp(number()?));
    let (with_subscriptions, with_parts) = (number()? == 1, number()? == 1);
    let recorded_at = Timestamp(number()?);
    let order_id = parts.next()?.to_owned();
    let is_plain = order_id.bytes().all(|byte| byte.is_ascii_graphic());
    is_plain.then_some(Asked { start, end, with_subscriptions, with_parts, after: (recorded_at, order_id) })
}
