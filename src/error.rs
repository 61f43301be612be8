//! All the ways a use case can fail, their stable codes, and their wire form.

mod faults;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

pub(crate) use faults::{is_connection_fault, is_storage_fault};

use crate::logs;
use crate::model::{Fault, Reason, RefusalCode, is_longer, shorten};

/// What an answer says, and may be kept for an `Idempotency-Key`, is cut here: it may repeat what was sent.
const DETAIL_CHARS_MAX: usize = 1_000;
const PARAM_CHARS_MAX: usize = 200;

/// A full queue of questions to a store is worked off in about this time.
const QUEUE_RETRY_SECONDS: i64 = 10;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How long a caller waits while the database is away: a restart or a failover takes seconds.
const RETRY_DATABASE_SECONDS: i64 = 5;

/// A failed use case. A refused purchase is an answer, but one the caller asked for: it carries its own code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The noun is not there, or the caller may not know that it is.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// A field of the input is wrong.
    #[error("{field}: {reason}")]
    Invalid { field: String, reason: Reason },
    /// Nobody known is calling.
    #[error("sign in or give a valid key")]
    Unauthenticated,
    /// Known, and refused.
    #[error("not allowed: {0}")]
    Denied(&'static str),
    /// Known, and refused for a reason with a code of its own.
    #[error("{message}")]
    Forbidden { code: &'static str, message: String },
    /// The thing's present state forbids it; the code is stable and upper case.
    #[error("{message}")]
    Conflict { code: &'static str, message: String },
    /// The purchase was refused, with the one reason.
    #[error("{reason}")]
    Refused { code: RefusalCode, reason: String },
    /// The request itself is unfit (its size, type, method), whatever it asks for; found at the edge.
    #[error("{message}")]
    Unfit { status: StatusCode, code: &'static str, message: String },
    /// Too many tries; the caller may come back after so many seconds.
    #[error("too many attempts; try again in {retry_after_seconds} s")]
    TooMany { retry_after_seconds: i64 },
    /// More calls than one key or address may make; the next one may come after so many seconds.
    #[error("too many calls; try again in {retry_after_seconds} s")]
    TooManyRequests { retry_after_seconds: i64 },
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// Anything else that is our own fault.
    #[error("internal: {0}")]
    Internal(String),
}

/// The code of a write that lost against another.
const LOST_RACE: &str = "LOST_RACE";

impl Error {
    pub fn invalid(field: impl Into<String>, reason: impl Into<Reason>) -> Self {
        Self::Invalid { field: field.into(), reason: reason.into() }
    }

    /// Somebody changed the thing since the one who asks looked at it; nothing was written.
    pub fn edited_meanwhile() -> Self {
        Self::conflict("EDITED_MEANWHILE", "somebody changed it since it was looked at; look again before you change it")
    }

    /// The same, about a field that goes by another name here.
    pub fn at(self, name: &str) -> Self {
        match self {
            Self::Invalid { reason, .. } => Self::invalid(name, reason),
            other => other,
        }
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict { code, message: message.into() }
    }

    /// Whether something unique is there already.
    pub fn is_unique_violation(&self) -> bool {
        self.database().is_some_and(|error| error.is_unique_violation())
    }

    /// Whether another write was quicker, so that this one, which left nothing, may try again: it took something unique, or
    /// the two waited for each other.
    pub fn is_lost_race(&self) -> bool {
        const DEADLOCK_AND_SERIALIZATION: [&str; 2] = ["40P01", "40001"];
        let code = self.database().and_then(|error| error.code());
        matches!(self, Self::Conflict { code: LOST_RACE, .. })
            || self.is_unique_violation()
            || code.is_some_and(|code| DEADLOCK_AND_SERIALIZATION.contains(&code.as_ref()))
    }

    /// Another write was quicker: this one is undone, and its caller reads again.
    pub fn lost_race() -> Self {
        Self::conflict(LOST_RACE, "the payment was changed at the same time; try again")
    }

    fn database(&self) -> Option<&dyn sqlx::error::DatabaseError> {
        match self {
            Self::Database(error) => error.as_database_error(),
            _ => None,
        }
    }

    pub fn refused(code: RefusalCode, reason: impl Into<String>) -> Self {
        Self::Refused { code, reason: reason.into() }
    }

    pub fn unfit(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self::Unfit { status, code, message: message.into() }
    }

    /// Whether the database can't be reached at present, which says nothing of what was asked for.
    fn is_database_away(&self) -> bool {
        matches!(self, Self::Database(error) if is_connection_fault(error))
    }

    /// The failure of a read that several wait for, for one more of them.
    pub fn for_another(&self) -> Self {
        match self.is_database_away() {
            true => Self::Database(sqlx::Error::Io(std::io::Error::other(self.to_string()))),
            false => Self::internal(self),
        }
    }

    /// When the caller may come back; none when that would change nothing.
    fn retry_after_seconds(&self) -> Option<i64> {
        match self {
            Self::TooMany { retry_after_seconds } | Self::TooManyRequests { retry_after_seconds } => Some(*retry_after_seconds),
            Self::Refused { code: RefusalCode::TooManyRequests, .. } => Some(QUEUE_RETRY_SECONDS),
            _ => self.is_database_away().then_some(RETRY_DATABASE_SECONDS),
        }
    }

    /// An inner cause that never reaches the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "NOT_FOUND",
            Self::Invalid { .. } => "INVALID_PARAMETER",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Denied(_) => "DENIED",
            Self::Conflict { code, .. } | Self::Forbidden { code, .. } | Self::Unfit { code, .. } => code,
            Self::Refused { code, .. } => code.as_str(),
            Self::TooMany { .. } => "TOO_MANY_ATTEMPTS",
            Self::Database(_) if self.is_database_away() => "DATABASE_UNAVAILABLE",
            Self::TooManyRequests { .. } => "TOO_MANY_REQUESTS",
            Self::Database(_) | Self::Internal(_) => "INTERNAL",
        }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Denied(_) | Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Unfit { status, .. } => *status,
            Self::Refused { code, .. } => refusal_status(*code),
            Self::TooMany { .. } | Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Database(_) if self.is_database_away() => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// 409 where the purchase's or its owner's state is in the way, 503 to retry, 422 for a proof that will never do.
const fn refusal_status(code: RefusalCode) -> StatusCode {
    match code {
        RefusalCode::OwnedByAnotherUser
        | RefusalCode::AlreadyConsumed
        | RefusalCode::Refunded
        | RefusalCode::Expired
        | RefusalCode::Pending
        | RefusalCode::UserMismatch => StatusCode::CONFLICT,
        RefusalCode::StoreUnavailable | RefusalCode::StoreCredentials => StatusCode::SERVICE_UNAVAILABLE,
        RefusalCode::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

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
        let (status, code) = (self.status(), ProblemCode(self.code()));
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
