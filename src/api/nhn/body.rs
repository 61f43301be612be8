//! Reading bodies as leniently as NHN does: unknown keys are ignored, numbers are taken for texts, null for absent.

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::code::{Code, Fail};
use crate::http::{BODY_BYTES_MAX, check_value, skip_byte_order_mark};

const TEXT_BYTES_MAX: usize = 512;

/// `application/json`, with any parameters such as a charset.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), Fail> {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Fail::new(Code::ContentType, "Content-Type must be application/json"))
}

/// A JSON object. Text that is no JSON fails with `malformed`, JSON of other types with `mistyped`.
pub async fn read_object<T: DeserializeOwned>(request: Request, malformed: Code, mistyped: Code) -> Result<T, Fail> {
    let bytes = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX)
        .await
        .map(skip_byte_order_mark)
        .map_err(|_| Fail::new(Code::InvalidParameters, format!("the body must have at most {BODY_BYTES_MAX} bytes")))?;
    let value: Value =
        serde_json::from_slice(&bytes).map_err(|error| Fail::new(malformed, format!("the body is no JSON: {error}")))?;
    if !value.is_object() {
        return Err(Fail::new(mistyped, "the body must be a JSON object"));
    }
    check_value(&value)?;
    serde_path_to_error::deserialize(value).map_err(|error| Fail::new(mistyped, error.to_string()))
}

/// A text that may come as a number, and may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(Option<String>);

impl Text {
    /// The text; missing, empty or beyond 512 bytes it fails by the field's name.
    pub fn required(&self, field: &str) -> Result<&str, Fail> {
        match self.given() {
            Some(text) if text.len() <= TEXT_BYTES_MAX => Ok(text),
            Some(_) => Err(Fail::invalid(field, "is too long")),
            None => Err(Fail::invalid(field, "is missing")),
        }
    }

    pub fn given(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Some(text))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null => Ok(Self(None)),
            Value::String(text) => Ok(Self(Some(text))),
            Value::Number(number) if number.is_i64() || number.is_u64() => Ok(Self(Some(number.to_string()))),
            other => Err(serde::de::Error::custom(format!("must be text, not {other}"))),
        }
    }
}

#[cfg(test)]
mod tests;
