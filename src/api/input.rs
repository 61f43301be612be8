//! Taking input apart: JSON bodies and query strings, with errors that name the field.

mod fields;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::error::{Error, Result};
use crate::http::{check_json, read_body};
use crate::model::{Reason, StoreCode};
use fields::named;

pub use fields::{from_value, optional_enum, parse_enum, parse_enums, payment_seq, time};

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

/// A store's code in the OpenAPI document: one of `StoreCode`. Bodies take it as text, so that an unknown one is refused by name.
pub struct StoreName;

impl PartialSchema for StoreName {
    fn schema() -> RefOr<Schema> {
        let codes = StoreCode::ALL.iter().map(|code| code.as_str());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).build().into()
    }
}

impl ToSchema for StoreName {}
