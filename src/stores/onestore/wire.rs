//! What goes over the wire, in ONE store's names (docs/stores/onestore.md, Conventions). Every member may be absent or null, and lists
//! of numbers are open.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::model::{Money, Timestamp};
use crate::stores::lenient::{integer, millis, text};

/// getPurchaseDetails.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedPurchase {
    #[serde(deserialize_with = "integer")]
    pub consumption_state: Option<i64>,
    #[serde(deserialize_with = "text")]
    pub developer_payload: Option<String>,
    #[serde(deserialize_with = "integer")]
    pub purchase_state: Option<i64>,
    #[serde(deserialize_with = "millis")]
    pub purchase_time: Option<Timestamp>,
    #[serde(deserialize_with = "text")]
    pub purchase_id: Option<String>,
    #[serde(deserialize_with = "integer")]
    pub acknowledge_state: Option<i64>,
    #[serde(deserialize_with = "integer")]
    pub quantity: Option<i64>,
}

/// getSubscriptionDetail.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubscriptionDetail {
    #[serde(deserialize_with = "integer")]
    pub acknowledgement_state: Option<i64>,
    #[serde(deserialize_with = "text")]
    pub developer_payload: Option<String>,
    pub auto_renewing: Option<bool>,
    #[serde(deserialize_with = "integer")]
    pub payment_state: Option<i64>,
    #[serde(deserialize_with = "integer")]
    pub price_amount_micros: Option<i64>,
    #[serde(deserialize_with = "text")]
    pub price_amount: Option<String>,
    #[serde(deserialize_with = "integer")]
    pub next_price_amount_micros: Option<i64>,
    #[serde(deserialize_with = "text")]
    pub next_price_amount: Option<String>,
    #[serde(deserialize_with = "millis")]
    pub next_payment_time_millis: Option<Timestamp>,
    #[serde(deserialize_with = "text")]
    pub price_currency_code: Option<String>,
    #[serde(deserialize_with = "millis")]
    pub start_time_millis: Option<Timestamp>,
    #[serde(deserialize_with = "millis")]
    pub expiry_time_millis: Option<Timestamp>,
    #[serde(deserialize_with = "millis")]
    pub pause_start_time_millis: Option<Timestamp>,
    #[serde(deserialize_with = "millis")]
    pub auto_resume_time_millis: Option<Timestamp>,
    /// The token it had before its plan was changed.
    #[serde(deserialize_with = "text")]
    pub linked_purchase_token: Option<String>,
    #[serde(deserialize_with = "text")]
    pub last_purchase_id: Option<String>,
    #[serde(deserialize_with = "millis")]
    pub cancelled_time_millis: Option<Timestamp>,
    #[serde(deserialize_with = "integer")]
    pub cancel_reason: Option<i64>,
    pub promotion_price: Option<PromotionPrice>,
    pub price_change: Option<PriceChange>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PromotionPrice {
    #[serde(deserialize_with = "integer")]
    pub promotion_price_micros: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PriceChange {
    #[serde(deserialize_with = "integer")]
    pub previous_price_micros: Option<i64>,
    #[serde(deserialize_with = "integer")]
    pub new_price_micros: Option<i64>,
    /// Whether the player has agreed.
    pub agreement: Option<bool>,
}

/// getRecurringPurchaseDetails.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MonthlyPurchase {
    #[serde(deserialize_with = "millis")]
    pub start_time: Option<Timestamp>,
    #[serde(deserialize_with = "millis")]
    pub expiry_time: Option<Timestamp>,
    #[serde(deserialize_with = "millis")]
    pub next_payment_time: Option<Timestamp>,
    pub auto_renewing: Option<bool>,
    #[serde(deserialize_with = "integer")]
    pub cancel_reason: Option<i64>,
    #[serde(deserialize_with = "millis")]
    pub cancelled_time: Option<Timestamp>,
    #[serde(deserialize_with = "integer")]
    pub acknowledge_state: Option<i64>,
    #[serde(deserialize_with = "text")]
    pub last_purchase_id: Option<String>,
    #[serde(deserialize_with = "integer")]
    pub last_purchase_state: Option<i64>,
}

/// getVoidedPurchases. ONE store's own example has a space behind a member's name.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(from = "Map<String, Value>")]
pub struct VoidedPage {
    pub continuation_key: Option<String>,
    pub voided: Vec<VoidedPurchase>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VoidedPurchase {
    #[serde(deserialize_with = "text")]
    pub purchase_id: Option<String>,
    #[serde(deserialize_with = "millis")]
    pub voided_time: Option<Timestamp>,
    #[serde(deserialize_with = "text")]
    pub purchase_token: Option<String>,
}

impl From<Map<String, Value>> for VoidedPage {
    fn from(members: Map<String, Value>) -> Self {
        let mut page = Self::default();
        for (name, value) in members {
            match name.trim() {
                "continuationKey" => page.continuation_key = value.as_str().filter(|key| !key.is_empty()).map(str::to_owned),
                // One row that can't be read hides none of the others.
                "voidedPurchaseList" => {
                    let rows = value.as_array().cloned().unwrap_or_default();
                    page.voided = rows.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect();
                }
                _ => {}
            }
        }
        page
    }
}

/// A price in millionths, or as decimal text; none without a currency, or one nobody can have paid.
pub fn read_price(micros: Option<i64>, decimal: Option<&str>, currency: Option<&str>) -> Option<Money> {
    let currency = currency.filter(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
    let price_micros = micros.or_else(|| Money::parse_price(decimal?.trim())).filter(|micros| Money::is_price(*micros))?;
    Some(Money { price_micros, currency: currency.to_ascii_uppercase() })
}

/// ONE store's own limit for the payload an app sets.
const PAYLOAD_BYTES_MAX: usize = 200;

/// The account token a purchase carries as its developer payload, lower case. The sandbox writes an empty one where the commercial
/// environment writes null, and text an app can not have set names nobody.
pub fn read_account_token(payload: Option<&str>) -> Option<String> {
    let payload = payload.map(str::trim).filter(|payload| !payload.is_empty() && payload.len() <= PAYLOAD_BYTES_MAX)?;
    (!payload.chars().any(char::is_control)).then(|| payload.to_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_null_empty_or_absent_is_the_same() {
        for payload in [json!({ "developerPayload": null }), json!({ "developerPayload": "" }), json!({})] {
            let read: ManagedPurchase = serde_json::from_value(payload).unwrap();
            assert_eq!(read, ManagedPurchase::default());
        }
        assert_eq!(read_account_token(Some(" ABC-1 ")).as_deref(), Some("abc-1"));
        for nobody in [None, Some(""), Some("  "), Some("a\nb"), Some(&*"x".repeat(201))] {
            assert_eq!(read_account_token(nobody), None);
        }
    }

    #[test]
    fn numbers_are_read_in_either_form_and_new_members_passed_over() {
        let read: ManagedPurchase = serde_json::from_value(json!({
            "purchaseTime": "1345678900000", "purchaseState": 7, "purchaseId": 17, "quantity": 2, "newMember": [{}],
        }))
        .unwrap();
        assert_eq!((read.purchase_time, read.purchase_state), (Some(Timestamp(1_345_678_900_000)), Some(7)));
        assert_eq!((read.purchase_id.as_deref(), read.quantity), (Some("17"), Some(2)));
    }

    #[test]
    fn a_voided_page_is_read_whatever_stands_behind_its_names() {
        let row = json!({ "purchaseId": "19062709124410111299", "voidedTime": 1_345_688_900_000_i64, "purchaseToken": "t" });
        for name in ["voidedPurchaseList", "voidedPurchaseList "] {
            let page: VoidedPage = serde_json::from_value(json!({ "continuationKey": "k", name: [row, "?", 7] })).unwrap();
            assert_eq!((page.continuation_key.as_deref(), page.voided.len()), (Some("k"), 1));
            assert_eq!(page.voided[0].voided_time, Some(Timestamp(1_345_688_900_000)));
        }
        let last: VoidedPage = serde_json::from_value(json!({ "continuationKey": "" })).unwrap();
        assert_eq!(last, VoidedPage::default());
    }

    #[test]
    fn a_price_needs_its_currency() {
        let is = |price: Option<Money>| price.map(|price| (price.price_micros, price.currency));
        assert_eq!(is(read_price(Some(610_000_000), Some("1"), Some("krw"))), Some((610_000_000, "KRW".into())));
        assert_eq!(is(read_price(None, Some("0.99"), Some("USD"))), Some((990_000, "USD".into())));
        for (micros, decimal, currency) in
            [(Some(1), None, None), (None, None, Some("KRW")), (None, Some("-1"), Some("KRW")), (Some(1), None, Some("WON!"))]
        {
            assert_eq!(read_price(micros, decimal, currency), None);
        }
    }
}
