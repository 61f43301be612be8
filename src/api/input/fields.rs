//! Reading one field of an input; errors name it.

use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::model::{PaymentSeq, Reason, Timestamp, UnknownVariant};

/// The field is the path serde was at, or the one that it says is missing or unknown.
pub(super) fn named<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> Error {
    let reason = error.inner().to_string();
    let path = error.path().to_string();
    let quoted = reason.split('`').nth(1).filter(|_| reason.starts_with("missing field") || reason.starts_with("unknown field"));
    let field = match (path.as_str(), quoted) {
        (".", None) => "body".to_owned(),
        (".", Some(name)) => name.to_owned(),
        (path, Some(name)) if reason.starts_with("missing field") => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    };
    Error::invalid(field, Reason::Unreadable(reason))
}

/// A payment number of an address; what can be none is not there.
pub fn payment_seq(text: String) -> Result<PaymentSeq> {
    const CHARS_MAX: usize = 32;
    let is_plain = text.len() <= CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_plain { Ok(PaymentSeq(text)) } else { Err(Error::NotFound("payment")) }
}

/// Reads a word such as a store or status code.
pub fn parse_enum<T: std::str::FromStr<Err = UnknownVariant>>(field: &str, text: &str) -> Result<T> {
    text.parse().map_err(|error: UnknownVariant| Error::invalid(field, error))
}

/// Reads an optional value; empty is none.
pub fn optional_enum<T: std::str::FromStr<Err = UnknownVariant>>(field: &str, text: Option<&str>) -> Result<Option<T>> {
    text.filter(|text| !text.is_empty()).map(|text| parse_enum(field, text)).transpose()
}

/// Reads a comma-separated list of values; empty is none.
pub fn parse_enums<T: std::str::FromStr<Err = UnknownVariant>>(field: &str, text: Option<&str>) -> Result<Vec<T>> {
    text.unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| parse_enum(field, text))
        .collect()
}

/// Reads an optional RFC 3339 time.
pub fn time(field: &str, text: Option<&str>) -> Result<Option<Timestamp>> {
    let parse = |text| Timestamp::parse_rfc3339(text).ok_or_else(|| Error::invalid(field, Reason::NotATime));
    text.filter(|text| !text.is_empty()).map(parse).transpose()
}

/// Reads a value that is already parsed, with errors that name the field.
pub fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| named(&error))
}
