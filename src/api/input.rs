//! Taking input apart: JSON bodies and query strings, with errors that name the field.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::http::{check_json, read_body};
use crate::model::{PaymentSeq, Reason, Timestamp, UnknownVariant};

/// A JSON body; an empty one is taken as `{}`.
pub struct Body<T>(pub T);

/// A JSON body whose texts are still to be checked: row by row, so that a bad one is its own row's trouble.
pub struct UncheckedBody<T>(pub T);

/// A query string.
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        let bytes = read_json(request).await?;
        check_json(&bytes)?;
        parse(&bytes).map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for UncheckedBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _state: &S) -> Result<Self> {
        parse(&read_json(request).await?).map(Self)
    }
}

async fn read_json(request: Request) -> Result<Bytes> {
    let is_json = is_json(request.headers());
    let bytes = read_body(request.into_body()).await?;
    if !bytes.is_empty() && !is_json {
        let message = "the body must be JSON: send Content-Type: application/json";
        return Err(Error::unfit(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message));
    }
    Ok(if bytes.is_empty() { Bytes::from_static(b"{}") } else { bytes })
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| named(&error))?;
    deserializer.end().map_err(|error| Error::invalid("body", Reason::unreadable(error)))?;
    Ok(value)
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

/// Whether the body says that it is JSON; one that says nothing is taken for it.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(said) = headers.get(header::CONTENT_TYPE) else { return true };
    let kind = said.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
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
