//! What goes over the wire, in Google's names (docs/stores/google.md, Conventions). Every member may be absent, and lists of words are
//! open: an enum is text, and a number may come as text.

mod catalog;
mod order;
mod product;
mod subscription;
mod voided;

use serde::{Deserialize, Deserializer};

pub use catalog::{InAppProduct, InAppProductPage, OneTimeProduct, OneTimeProductPage, SubscriptionPage, SubscriptionProduct};
pub use order::{LineItem, Order, RefundEvent};
pub use product::{ProductLineItem, ProductPurchase, ProductPurchaseV2};
pub use subscription::{DeferAnswer, SubscriptionItem, SubscriptionPurchase};
pub use voided::{VoidedPage, VoidedPurchase};

use crate::model::{Money, Timestamp};
pub(super) use crate::stores::lenient::{integer, millis};

/// An object whose presence alone says something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Present {}

/// An amount: whole units as text, and billionths.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WireMoney {
    pub currency_code: Option<String>,
    #[serde(deserialize_with = "integer")]
    pub units: Option<i64>,
    pub nanos: Option<i64>,
}

const MICROS_PER_UNIT: i64 = 1_000_000;
const NANOS_PER_MICRO: i64 = 1_000;

impl WireMoney {
    /// The amount as a price; none without a currency, or of one nobody can have paid.
    pub fn price(&self) -> Option<Money> {
        let currency = self.currency_code.as_deref().filter(|code| is_currency(code))?.to_ascii_uppercase();
        let micros = self.units.unwrap_or_default().checked_mul(MICROS_PER_UNIT)?;
        let price_micros = micros.checked_add(self.nanos.unwrap_or_default() / NANOS_PER_MICRO)?;
        Money::is_price(price_micros).then_some(Money { price_micros, currency })
    }
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// A moment in RFC 3339.
pub fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    Ok(text.as_deref().and_then(Timestamp::parse_rfc3339))
}

/// Google's own limit for the account id an app sets.
const ACCOUNT_ID_CHARS_MAX: usize = 64;

/// The account token a purchase carries, lower case; text the app can not have set names nobody.
pub fn read_account_token(id: Option<&str>) -> Option<String> {
    let id = id.filter(|id| !id.is_empty() && id.chars().count() <= ACCOUNT_ID_CHARS_MAX && !id.chars().any(char::is_control))?;
    Some(id.to_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn reads_money_whose_defaults_are_left_out() {
        let read = |value: Value| serde_json::from_value::<WireMoney>(value).unwrap().price();
        let is = |price: Option<Money>| price.map(|price| (price.price_micros, price.currency));
        assert_eq!(is(read(json!({ "currencyCode": "USD", "nanos": 990_000_000 }))), Some((990_000, "USD".into())));
        assert_eq!(is(read(json!({ "currencyCode": "KRW", "units": "1100" }))), Some((1_100_000_000, "KRW".into())));
        assert_eq!(is(read(json!({ "currencyCode": "KRW" }))), Some((0, "KRW".into())));
        for bad in [
            json!({}),
            json!({ "currencyCode": "WON!", "units": "1" }),
            json!({ "currencyCode": "KRW", "units": "-1" }),
            json!({ "currencyCode": "KRW", "units": i64::MAX.to_string() }),
        ] {
            assert_eq!(read(bad), None);
        }
    }

    #[test]
    fn an_answer_of_words_we_do_not_know_is_read_all_the_same() {
        let purchase: ProductPurchase = serde_json::from_value(json!({
            "purchaseTimeMillis": "1790000000000", "purchaseState": 9, "quantity": null, "newMember": { "a": [1] },
        }))
        .unwrap();
        assert_eq!((purchase.purchase_time_millis, purchase.purchase_state), (Some(Timestamp(1_790_000_000_000)), Some(9)));
        let subscription: SubscriptionPurchase = serde_json::from_value(json!({
            "subscriptionState": "SUBSCRIPTION_STATE_NEW", "lineItems": [{ "offerPhase": { "newPhase": {} } }], "startTime": "x",
        }))
        .unwrap();
        assert_eq!((subscription.subscription_state.as_deref(), subscription.start_time), (Some("SUBSCRIPTION_STATE_NEW"), None));
    }
}
