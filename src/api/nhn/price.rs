//! Prices as JSON numbers, from micros without loss and without exponent.

use serde_json::value::RawValue;

use crate::model::Money;

const MICROS: u64 = 1_000_000;

/// How a whole amount is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// `1500`, as on `/v1/service` and the legacy lists.
    Bare,
    /// `1500.0`, as on `/inapp/v3` and Gamebase.
    WithPoint,
}

/// ISO 4217's code for "no currency": of a payment whose store did not say what was paid.
pub const CURRENCY_UNKNOWN: &str = "XXX";

/// The price as a JSON number; 0 when the store did not say.
pub fn number(money: Option<&Money>, whole: Whole) -> Box<RawValue> {
    let micros = money.map_or(0, |money| money.price_micros);
    let sign = if micros < 0 { "-" } else { "" };
    let (units, rest) = (micros.unsigned_abs() / MICROS, micros.unsigned_abs() % MICROS);
    let text = match (rest, whole) {
        (0, Whole::Bare) => format!("{sign}{units}"),
        (0, Whole::WithPoint) => format!("{sign}{units}.0"),
        _ => format!("{sign}{units}.{}", format!("{rest:06}").trim_end_matches('0')),
    };
    RawValue::from_string(text).expect("digits, a point and a sign are a JSON number")
}

pub fn currency(money: Option<&Money>) -> String {
    money.map_or_else(|| CURRENCY_UNKNOWN.to_owned(), |money| money.currency.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_micros_exactly() {
        for (micros, bare, with_point) in [
            (1_500_000_000, "1500", "1500.0"),
            (7_990_000, "7.99", "7.99"),
            (0, "0", "0.0"),
            (1, "0.000001", "0.000001"),
            (-1_500_000, "-1.5", "-1.5"),
            (2_290_000, "2.29", "2.29"),
            (9_007_199_254_740_993_000, "9007199254740.993", "9007199254740.993"),
            (i64::MAX, "9223372036854.775807", "9223372036854.775807"),
            (i64::MIN, "-9223372036854.775808", "-9223372036854.775808"),
        ] {
            let money = Money { price_micros: micros, currency: "KRW".into() };
            assert_eq!(number(Some(&money), Whole::Bare).get(), bare);
            assert_eq!(number(Some(&money), Whole::WithPoint).get(), with_point);
        }
        assert_eq!((number(None, Whole::Bare).get(), currency(None).as_str()), ("0", "XXX"));
    }
}
