//! What a client is told of a failure: problem details, and the faults of server functions.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

use super::Error;
use crate::logs;
use crate::model::{Fault, is_longer, shorten};

/// What an answer says, and may be kept for an `Idempotency-Key`, is cut here: it may repeat what was sent.
const DETAIL_CHARS_MAX: usize = 1_000;
const PARAM_CHARS_MAX: usize = 200;

/// The one place where a cause is logged and what a client may see is chosen.
impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let fault = match &error {
            Error::Database(_) if error.is_database_away() => {
                tracing::error!(cause = %error, "the database could not be reached");
                Fault::new(error.code(), "The database can't be reached at present.")
            }
            Error::Database(_) | Error::Internal(_) => {
                if let Some(left_out) = logs::admit("request failed") {
                    tracing::error!(cause = %error, left_out, "request failed");
                }
                Fault::new("INTERNAL", "Something went wrong on our side.")
            }
            Error::Invalid { field, reason } => {
                let sentence = reason.to_string();
                // The sentence holds all that the reason does, so its bound is one for both.
                let kept = (!is_longer(&sentence, DETAIL_CHARS_MAX)).then(|| Box::new(reason.clone()));
                let fault = Fault::new(error.code(), shorten(&sentence, DETAIL_CHARS_MAX));
                Fault { reason: kept, ..fault.with_param(shorten(field, PARAM_CHARS_MAX)) }
            }
            Error::TooMany { retry_after_seconds } | Error::TooManyRequests { retry_after_seconds } => {
                Fault { retry_after_seconds: Some(*retry_after_seconds), ..Fault::new(error.code(), error.to_string()) }
            }
            other => Fault::new(other.code(), shorten(&other.to_string(), DETAIL_CHARS_MAX)),
        };
        set_status(error.status());
        set_retry_after(error.retry_after_seconds());
        fault
    }
}

/// What a server function says of a call that never came as far as its body.
impl FromServerFnError for Fault {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let said = error.to_string();
        let (status, fault) = match error {
            ServerFnErrorErr::Deserialization(_) if said.contains("length limit exceeded") => {
                (StatusCode::PAYLOAD_TOO_LARGE, Self::new("BODY_TOO_LARGE", "the body is too large"))
            }
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, Self::new("INVALID_PARAMETER", said))
            }
            ServerFnErrorErr::Request(_) => (StatusCode::BAD_REQUEST, Self::new("NETWORK", "The server could not be reached.")),
            _ => {
                tracing::error!(cause = said, "a server function failed");
                (StatusCode::INTERNAL_SERVER_ERROR, Self::new("INTERNAL", "Something went wrong on our side."))
            }
        };
        set_status(status);
        fault
    }
}

/// Gives the answer of a server function its status.
fn set_status(status: StatusCode) {
    if let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
        && !is_plain_form()
    {
        options.set_status(status);
    }
}

fn set_retry_after(seconds: Option<i64>) {
    if let Some(seconds) = seconds
        && let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
    {
        options.insert_header(header::RETRY_AFTER, seconds.into());
    }
}

/// A form posted without WASM is answered by a redirect back to its page, which an error status would stop.
fn is_plain_form() -> bool {
    let Some(parts) = leptos::prelude::use_context::<axum::http::request::Parts>() else { return false };
    let accept = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    parts.method == axum::http::Method::POST && accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Goes with a problem's answer, for what is around the handlers.
#[derive(Debug, Clone, Copy)]
pub struct ProblemCode(pub &'static str);

/// RFC 9457 problem details.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        self.into_response_as(status)
    }
}

impl Error {
    /// The answer with another status than its own: one that whoever asked knows it by.
    pub fn into_response_as(self, status: StatusCode) -> Response {
        let code = ProblemCode(self.code());
        let retry_after = self.retry_after_seconds();
        let fault = Fault::from(self);
        let mut body = serde_json::json!({
            "type": format!("/api/docs#{}", fault.code),
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": status.as_u16(),
            "code": fault.code,
            "detail": fault.message,
        });
        if let Some(param) = fault.param {
            body["param"] = param.into();
        }
        let mut response = (status, body.to_string()).into_response();
        response.extensions_mut().insert(code);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds.max(1).into());
        }
        response
    }
}
