//! Values as some stores write them: numbers as JSON's own or as text, and what is of another form read as if it were absent.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::model::Timestamp;

/// A whole number, as JSON's own or as text.
pub(super) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// A moment in epoch milliseconds, as a number or as text.
pub(super) fn millis<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(integer(deserializer)?.filter(|millis| *millis >= 0).map(Timestamp))
}

/// A text that says something; a number stands for its digits.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        _ => None,
    })
}
