use serde::Deserialize;

use crate::model::Timestamp;
use crate::stores::http::Stop;
use crate::stores::{Denial, StoreError};

/// Why ONE store did not give what was asked for. `code` is ONE store's own.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiFailure {
    /// The client id or secret is missing, or refused where access tokens are issued.
    Credentials { reason: String },
    /// The account may not do that in this app, or the caller is blocked.
    NotPermitted { code: Option<String>, message: String },
    /// ONE store has nothing at this address: most likely another client id or market.
    AppUnknown { message: String },
    /// ONE store knows no such purchase of this product in this environment and market.
    NotFound { message: String },
    /// ONE store wants no more calls before then.
    RateLimited { retry_at: Timestamp },
    /// Too many of our own questions wait already: ONE store was not asked.
    Busy,
    /// It can't be reached or is out of order; asking later may help.
    Unavailable { reason: String },
    /// The purchase is in no state for it, or was brought to it already.
    State { code: String, message: String },
    /// It answered, and said no.
    Refused { code: Option<String>, message: String },
}

impl ApiFailure {
    pub fn unavailable(reason: impl std::fmt::Display) -> Self {
        Self::Unavailable { reason: reason.to_string() }
    }

    pub fn credentials(reason: impl std::fmt::Display) -> Self {
        Self::Credentials { reason: reason.to_string() }
    }

    /// The word metrics count it under.
    pub const fn as_label(&self) -> &'static str {
        match self {
            Self::Credentials { .. } => "CREDENTIALS",
            Self::NotPermitted { .. } => "NOT_PERMITTED",
            Self::AppUnknown { .. } => "APP_UNKNOWN",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::Busy => "BUSY",
            Self::Unavailable { .. } => "UNAVAILABLE",
            Self::State { .. } => "STATE",
            Self::Refused { .. } => "REFUSED",
        }
    }
}

impl std::fmt::Display for ApiFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Credentials { reason } | Self::Unavailable { reason } => f.write_str(reason),
            Self::NotPermitted { code, message } => {
                let code = code.as_deref().unwrap_or("forbidden");
                write!(f, "ONE store does not let this app's account do that ({code}): {message}")
            }
            Self::AppUnknown { message } => write!(f, "ONE store has nothing at this client id and market: {message}"),
            Self::NotFound { message } => write!(f, "ONE store knows no such purchase: {message}"),
            Self::State { code, message } => write!(f, "ONE store says {code}: {message}"),
            Self::Refused { code, message } => match code {
                Some(code) => write!(f, "ONE store says {code}: {message}"),
                None => write!(f, "ONE store says: {message}"),
            },
            Self::RateLimited { retry_at } => write!(f, "ONE store takes no more calls before {}", retry_at.to_rfc3339()),
            Self::Busy => f.write_str("too many questions to ONE store wait already: ask again in a moment"),
        }
    }
}

impl std::error::Error for ApiFailure {}

impl From<Stop> for ApiFailure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Busy => Self::Busy,
            Stop::RateLimited { retry_at } => Self::RateLimited { retry_at },
            Stop::TokenRefused(message) => {
                Self::credentials(format!("ONE store refuses an access token it has just issued: {message}"))
            }
        }
    }
}

impl From<ApiFailure> for StoreError {
    fn from(failure: ApiFailure) -> Self {
        let reason = failure.to_string();
        match failure {
            ApiFailure::Credentials { .. } | ApiFailure::NotPermitted { .. } | ApiFailure::AppUnknown { .. } => {
                Self::Credentials(reason)
            }
            ApiFailure::NotFound { .. } => Self::NotFound(reason),
            ApiFailure::RateLimited { retry_at } => Self::RateLimited { retry_at, reason },
            ApiFailure::Busy => Self::Busy(reason),
            ApiFailure::Unavailable { .. } => Self::Unavailable(reason),
            ApiFailure::State { .. } => Self::Denied(Denial::NotEligible, reason),
            ApiFailure::Refused { .. } => Self::Rejected(reason),
        }
    }
}

/// `{"error": {"code", "message"}}`; a front server answers with HTML.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ErrorBody {
    error: Option<ErrorDetail>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorDetail {
    code: Option<String>,
    message: Option<String>,
}

impl ErrorBody {
    pub fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    pub fn code(&self) -> Option<&str> {
        self.error.as_ref()?.code.as_deref().filter(|code| !code.is_empty())
    }

    pub fn message(&self) -> Option<&str> {
        self.error.as_ref()?.message.as_deref()
    }
}
