//! Numbers as Apple's own libraries take them: `990.0` is a whole number, a moment may have a fraction.

use serde::{Deserialize, Deserializer};
use serde_json::Number;

use crate::model::Timestamp;

/// Beyond this a number with a point has lost its ones place.
const EXACT_FLOAT_MAX: f64 = 9_007_199_254_740_992.0;

/// A whole number, or nothing.
pub fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let is_whole = |number: f64| number.fract() == 0.0;
    let read = |number: Number| number.as_i64().or_else(|| exact(&number).filter(|number| is_whole(*number)).map(|n| n as i64));
    let wrong = || serde::de::Error::custom("must be a whole number");
    Option::<Number>::deserialize(deserializer)?.map(|number| read(number).ok_or_else(wrong)).transpose()
}

/// Milliseconds since 1970, a fraction of one cut off, or nothing.
pub fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let read = |number: Number| number.as_i64().or_else(|| exact(&number).map(|number| number as i64)).map(Timestamp);
    let wrong = || serde::de::Error::custom("must be milliseconds since 1970");
    Option::<Number>::deserialize(deserializer)?.map(|number| read(number).ok_or_else(wrong)).transpose()
}

fn exact(number: &Number) -> Option<f64> {
    if !number.is_f64() {
        return None;
    }
    number.as_f64().filter(|number| number.abs() < EXACT_FLOAT_MAX)
}
