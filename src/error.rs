//! All the ways a use case can fail, their stable codes, and their wire form.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::model::{Fault, RefusalCode};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failed use case. A refused purchase is an answer, but one the caller asked for: it carries its own code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The noun is not there, or the caller may not know that it is.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// A field of the input is wrong; `reason` is for people.
    #[error("{field}: {reason}")]
    Invalid { field: String, reason: String },
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
    /// The database failed.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// Anything else that is our own fault.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), reason: reason.into() }
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
        self.is_unique_violation() || code.is_some_and(|code| DEADLOCK_AND_SERIALIZATION.contains(&code.as_ref()))
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
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
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
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The one place where a cause is logged and what a client may see is chosen.
impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let fault = match &error {
            Error::Database(_) | Error::Internal(_) => {
                tracing::error!(cause = %error, "request failed");
                Fault::new("INTERNAL", "Something went wrong on our side.")
            }
            Error::Invalid { field, reason } => Fault::new(error.code(), reason.clone()).with_param(field.clone()),
            Error::TooMany { retry_after_seconds } => {
                Fault { retry_after_seconds: Some(*retry_after_seconds), ..Fault::new(error.code(), error.to_string()) }
            }
            other => Fault::new(other.code(), other.to_string()),
        };
        if let Some(options) = leptos::prelude::use_context::<leptos_axum::ResponseOptions>()
            && !is_plain_form()
        {
            options.set_status(error.status());
        }
        fault
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
        let retry_after = match self {
            Self::TooMany { retry_after_seconds } => Some(retry_after_seconds),
            _ => None,
        };
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
