//! Bodies of requests, as Google's client libraries write them.

use serde_json::{Map, Value};

use super::failure::{ApiFailure, ApiResult};

/// A body that is an object, or nothing at all.
pub(super) fn read_object(body: &[u8]) -> ApiResult<Map<String, Value>> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    let bad = || ApiFailure::invalid("Invalid JSON payload received.");
    let value: Value = serde_json::from_slice(body).map_err(|_| bad())?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err(bad()),
    }
}

/// A member that must be an object.
pub(super) fn context<'a>(body: &'a Map<String, Value>, name: &str) -> ApiResult<&'a Map<String, Value>> {
    let found = body.get(name).and_then(Value::as_object);
    found.ok_or_else(|| ApiFailure::new(400, "required", format!("{name} is required.")))
}

/// A length of time as Google writes one in a request: seconds with an `s`.
pub(super) fn duration_millis(text: &str) -> Option<i64> {
    let seconds: i64 = text.strip_suffix('s')?.split('.').next()?.parse().ok()?;
    seconds.checked_mul(1_000).filter(|millis| *millis >= 0)
}
