//! Taking input apart: JSON bodies and query strings, with errors that name the field.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::http::BODY_BYTES_MAX;
use crate::model::{Timestamp, UnknownWord};

/// A JSON body; an empty one is taken as `{}`.
pub struct Body<T>(pub T);

/// A query string.
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        let bytes = axum::body::to_bytes(request.into_body(), BODY_BYTES_MAX)
            .await
            .map_err(|_| Error::invalid("body", format!("must have at most {BODY_BYTES_MAX} bytes")))?;
        let bytes: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        let mut deserializer = serde_json::Deserializer::from_slice(bytes);
        let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| named(&error))?;
        deserializer.end().map_err(|error| Error::invalid("body", error.to_string()))?;
        Ok(Self(value))
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        let text = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        let deserializer = serde_urlencoded::Deserializer::new(pairs);
        serde_path_to_error::deserialize(deserializer).map(Self).map_err(|error| named(&error))
    }
}

/// The field is the path serde was at, or the one that it says is missing or unknown.
fn named<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> Error {
    let reason = error.inner().to_string();
    let path = error.path().to_string();
    let quoted = reason.split('`').nth(1).filter(|_| reason.starts_with("missing field") || reason.starts_with("unknown field"));
    let field = match (path.as_str(), quoted) {
        (".", None) => "body".to_owned(),
        (".", Some(name)) => name.to_owned(),
        (path, Some(name)) if reason.starts_with("missing field") => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    };
    Error::invalid(field, reason)
}

/// Reads a word such as a store or status code.
pub fn word<T: std::str::FromStr<Err = UnknownWord>>(field: &str, text: &str) -> Result<T> {
    text.parse().map_err(|error: UnknownWord| Error::invalid(field, error.to_string()))
}

/// Reads an optional word; empty is none.
pub fn optional_word<T: std::str::FromStr<Err = UnknownWord>>(field: &str, text: Option<&str>) -> Result<Option<T>> {
    text.filter(|text| !text.is_empty()).map(|text| word(field, text)).transpose()
}

/// Reads a comma-separated list of words; empty is none.
pub fn words<T: std::str::FromStr<Err = UnknownWord>>(field: &str, text: Option<&str>) -> Result<Vec<T>> {
    text.unwrap_or_default().split(',').map(str::trim).filter(|text| !text.is_empty()).map(|text| word(field, text)).collect()
}

/// Reads an optional RFC 3339 time.
pub fn time(field: &str, text: Option<&str>) -> Result<Option<Timestamp>> {
    let parse = |text| Timestamp::parse_rfc3339(text).ok_or_else(|| Error::invalid(field, "must be an RFC 3339 time"));
    text.filter(|text| !text.is_empty()).map(parse).transpose()
}

/// Reads a value that is already parsed, with errors that name the field.
pub fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| named(&error))
}
