//! What an unsigned notification names. Apple put it in several places over the years; the lists of the unified receipt are the
//! newest, the receipt itself is read when none of them has anything.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde_json::{Map, Value};

use super::receipt::read_receipt;
use crate::stores::NamedPurchase;

/// Apple lists the customer's latest hundred.
const ITEMS_MAX: usize = 200;
const DIGITS_MAX: usize = 32;
/// Beyond this a number with a point has lost its ones place.
const EXACT_FLOAT_MAX: f64 = 9_007_199_254_740_992.0;
/// Where purchases are listed, or stand alone.
const LISTS: [&str; 5] = [
    "/unified_receipt/latest_receipt_info",
    "/unified_receipt/receipt/in_app",
    "/latest_receipt_info",
    "/latest_expired_receipt_info",
    "/receipt/in_app",
];
const RENEWALS: [&str; 2] = ["/unified_receipt/pending_renewal_info", "/pending_renewal_info"];
const RECEIPTS: [&str; 3] = ["/unified_receipt/latest_receipt", "/latest_receipt", "/latest_expired_receipt"];

/// What is to be asked for.
pub(super) struct Named {
    /// Subscriptions, the one of the newest period first.
    pub chains: Vec<String>,
    /// Purchases and periods, newest first.
    pub purchases: Vec<NamedPurchase>,
}

struct Item {
    order_id: String,
    /// Subscriptions only.
    chain_id: Option<String>,
    bought_at: i64,
    taken_back_at: Option<i64>,
}

/// Reads everything a notification names.
pub(super) fn read_named(kept: &Map<String, Value>) -> Named {
    let whole = Value::Object(kept.clone());
    let mut items: Vec<Item> =
        LISTS.iter().flat_map(|list| list_of(&whole, list)).take(ITEMS_MAX).filter_map(read_item).collect();
    if items.is_empty() {
        items = read_receipts(&whole);
    }
    // Signs of equal age keep their order.
    items.sort_by_key(|item| Reverse(item.bought_at.max(item.taken_back_at.unwrap_or_default())));
    let mut chains: Vec<String> = items.iter().filter_map(|item| item.chain_id.clone()).collect();
    let renewals = RENEWALS.iter().flat_map(|list| list_of(&whole, list)).take(ITEMS_MAX);
    chains.extend(renewals.filter_map(|item| digits(item, "original_transaction_id")));
    let is_taken_back = |item: &Item| item.taken_back_at.is_some();
    let mut purchases: Vec<NamedPurchase> = items
        .iter()
        .map(|item| NamedPurchase { order_id: item.order_id.clone(), is_taken_back: is_taken_back(item), is_partial: false })
        .collect();
    add_own(&whole, &mut chains, &mut purchases);
    let mut seen = HashSet::new();
    chains.retain(|chain| seen.insert(chain.clone()));
    let mut seen = HashSet::new();
    purchases.retain(|named| seen.insert(named.order_id.clone()));
    Named { chains, purchases }
}

/// The notification's own transaction, where nothing else names it. Only subscriptions tell what they renew with.
fn add_own(whole: &Value, chains: &mut Vec<String>, purchases: &mut Vec<NamedPurchase>) {
    let Some(own) = digits(whole, "original_transaction_id") else { return };
    let is_named = chains.contains(&own) || purchases.iter().any(|named| named.order_id == own);
    if is_named {
        return;
    }
    match whole.get("auto_renew_product_id").is_some_and(|id| !id.is_null()) {
        true => chains.push(own),
        false => purchases.push(NamedPurchase { order_id: own, is_taken_back: false, is_partial: false }),
    }
}

/// The members of a list; one that stands alone is a list of itself.
fn list_of<'a>(whole: &'a Value, path: &str) -> impl Iterator<Item = &'a Value> {
    let found = whole.pointer(path);
    let one = found.filter(|value| value.is_object());
    found.and_then(Value::as_array).into_iter().flatten().chain(one)
}

/// An item that is damaged is none.
fn read_item(item: &Value) -> Option<Item> {
    let is_subscription = ["expires_date_ms", "expires_date"].into_iter().any(|name| digits(item, name).is_some());
    let moment = |name| digits(item, name).and_then(|text| text.parse().ok());
    let order_id = digits(item, "transaction_id").or_else(|| digits(item, "original_transaction_id"))?;
    Some(Item {
        order_id,
        chain_id: digits(item, "original_transaction_id").filter(|_| is_subscription),
        bought_at: moment("purchase_date_ms").unwrap_or_default(),
        taken_back_at: moment("cancellation_date_ms"),
    })
}

/// What the first readable receipt holds.
fn read_receipts(whole: &Value) -> Vec<Item> {
    let receipts = RECEIPTS.iter().filter_map(|path| whole.pointer(path)?.as_str());
    let items = receipts.filter_map(read_receipt).find(|items| !items.is_empty()).unwrap_or_default();
    let item = |item: super::receipt::ReceiptItem| Item {
        chain_id: item.original_id.filter(|_| item.is_subscription),
        order_id: item.transaction_id,
        bought_at: item.purchased_at.map_or(0, |at| at.0),
        taken_back_at: item.is_canceled.then_some(0),
    };
    items.into_iter().take(ITEMS_MAX).map(item).collect()
}

/// A member of digits alone, as the store writes its numbers and moments; some of its senders write them as numbers.
fn digits(item: &Value, name: &str) -> Option<String> {
    let text = match item.get(name)? {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_f64() => {
            let number = number.as_f64().filter(|number| number.fract() == 0.0 && number.abs() < EXACT_FLOAT_MAX)?;
            (number as i64).to_string()
        }
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let is_number = (1..=DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(text)
}
