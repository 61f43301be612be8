//! Money, moments and regions as Google's JSON has them; a default is left out.

use serde_json::{Map, Value, json};

use crate::model::{Money, Timestamp};

const MICROS: i64 = 1_000_000;
const NANOS_A_MICRO: i64 = 1_000;
/// Tax that a price includes, as a part of it: a tenth on top of the price without it.
const TAX_PARTS: i64 = 11;
/// Countries of three letters (ISO 3166) and of two.
const REGIONS: [(&str, &str); 6] = [("KOR", "KR"), ("USA", "US"), ("JPN", "JP"), ("GBR", "GB"), ("DEU", "DE"), ("TWN", "TW")];

/// An amount as Google's `Money`.
pub(super) fn money(micros: i64, currency: &str) -> Value {
    let mut money = json!({ "currencyCode": currency });
    if micros / MICROS != 0 {
        money["units"] = (micros / MICROS).to_string().into();
    }
    if micros % MICROS != 0 {
        money["nanos"] = (micros % MICROS * NANOS_A_MICRO).into();
    }
    money
}

/// A price as Google's `Money`.
pub(super) fn price(price: &Money) -> Value {
    money(price.price_micros, &price.currency)
}

/// The tax in a price, in whole units of what its currency is written with.
pub(super) fn tax_micros(price: &Money) -> i64 {
    let smallest = MICROS / 10_i64.pow(Money::decimals(&price.currency));
    price.price_micros / TAX_PARTS / smallest * smallest
}

/// A moment; what has a `Millis` in its name is a number in quotes.
pub(super) fn millis(at: Timestamp) -> Value {
    at.0.to_string().into()
}

/// The region of a country.
pub(super) fn region(country: &str) -> &'static str {
    REGIONS.iter().find(|(three, _)| *three == country).map_or("KR", |(_, two)| two)
}

/// Sets a member where there is something to say.
pub(super) fn put(object: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let (Some(value), Some(members)) = (value, object.as_object_mut()) {
        members.insert(name.to_owned(), value.into());
    }
}

/// An empty message: its being there says something.
pub(super) fn present() -> Value {
    Value::Object(Map::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_leaves_out_what_is_zero() {
        assert_eq!(money(990_000, "USD"), json!({ "currencyCode": "USD", "nanos": 990_000_000 }));
        assert_eq!(money(1_100_000_000, "KRW"), json!({ "currencyCode": "KRW", "units": "1100" }));
        assert_eq!(money(-1_500_000, "USD"), json!({ "currencyCode": "USD", "units": "-1", "nanos": -500_000_000 }));
        assert_eq!(tax_micros(&Money { price_micros: 4_400_000_000, currency: "KRW".into() }), 400_000_000);
    }
}
