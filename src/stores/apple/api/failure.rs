use serde::Deserialize;

use crate::model::Timestamp;
use crate::stores::{Denial, Refusal, StoreError};

/// Why the store did not give what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiFailure {
    /// Keys are missing, malformed, or refused in every environment that counts.
    Credentials { reason: String },
    /// The store knows no such thing; `code` as Apple numbers it.
    NotFound { code: Option<i64>, message: String },
    /// Too many calls: the store wants none before then.
    RateLimited { retry_at: Timestamp },
    /// Too many of our own questions wait already: the store was not asked.
    Busy,
    /// It can't be reached or is out of order; asking later may help.
    Unavailable { reason: String },
    /// It answered, and said no; `code` as Apple numbers it, also one we do not know.
    Refused { code: Option<i64>, message: String },
    /// The answer is not signed as it should be: somebody else may have answered, or this app trusts other roots.
    Untrusted(Refusal),
}

impl ApiFailure {
    pub fn unavailable(reason: impl std::fmt::Display) -> Self {
        Self::Unavailable { reason: reason.to_string() }
    }

    pub fn credentials(reason: impl std::fmt::Display) -> Self {
        Self::Credentials { reason: reason.to_string() }
    }

    /// Apple's number of the failure, where it gave one.
    pub const fn code(&self) -> Option<i64> {
        match self {
            Self::NotFound { code, .. } | Self::Refused { code, .. } => *code,
            _ => None,
        }
    }

    /// The word metrics count it under.
    pub const fn as_label(&self) -> &'static str {
        match self {
            Self::Credentials { .. } => "CREDENTIALS",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::Busy => "BUSY",
            Self::Unavailable { .. } => "UNAVAILABLE",
            Self::Refused { .. } => "REFUSED",
            Self::Untrusted(_) => "UNTRUSTED",
        }
    }
}

impl std::fmt::Display for ApiFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Credentials { reason } | Self::Unavailable { reason } => f.write_str(reason),
            Self::NotFound { code, message } | Self::Refused { code, message } => match code {
                Some(code) => write!(f, "the App Store says {code}: {message}"),
                None => write!(f, "the App Store says: {message}"),
            },
            Self::RateLimited { retry_at } => write!(f, "the App Store takes no more calls before {}", retry_at.to_rfc3339()),
            Self::Busy => f.write_str("too many questions to the App Store wait already: ask again in a moment"),
            Self::Untrusted(refusal) => write!(f, "the App Store's answer can't be trusted: {}", refusal.reason),
        }
    }
}

impl std::error::Error for ApiFailure {}

/// Apple's numbers of failures that mean more than "no".
mod code {
    pub const INVALID_APP: i64 = 4_000_002;
    pub const INVALID_TRANSACTION_ID: i64 = 4_000_006;
    pub const TOKEN_INVALID: i64 = 4_000_014;
    pub const TOKEN_EXPIRED: i64 = 4_000_017;
    pub const EXTENSION_INELIGIBLE: i64 = 4_030_004;
    pub const EXTENSION_LIMIT: i64 = 4_030_005;
    pub const FAMILY_SHARED: i64 = 4_030_007;
    pub const ASSIGNED: i64 = 4_030_028;
}

impl From<ApiFailure> for StoreError {
    fn from(failure: ApiFailure) -> Self {
        let reason = failure.to_string();
        match (failure.code(), failure) {
            (Some(code::INVALID_APP), _) | (_, ApiFailure::Credentials { .. }) => Self::Credentials(reason),
            (Some(code::INVALID_TRANSACTION_ID), _) => Self::NotFound(reason),
            (Some(code::TOKEN_INVALID | code::TOKEN_EXPIRED), _) => Self::CursorLost(reason),
            (Some(code::EXTENSION_INELIGIBLE), _) => Self::Denied(Denial::NotEligible, reason),
            (Some(code::EXTENSION_LIMIT), _) => Self::Denied(Denial::TooOften, reason),
            (Some(code::FAMILY_SHARED | code::ASSIGNED), _) => Self::Denied(Denial::NotBought, reason),
            (_, ApiFailure::NotFound { .. }) => Self::NotFound(reason),
            (_, ApiFailure::RateLimited { retry_at }) => Self::RateLimited { retry_at, reason },
            (_, ApiFailure::Busy) => Self::Busy(reason),
            (_, ApiFailure::Unavailable { .. }) => Self::Unavailable(reason),
            (_, ApiFailure::Refused { .. }) => Self::Rejected(reason),
            (_, ApiFailure::Untrusted(refusal)) => Self::Untrusted(Refusal::new(refusal.code, reason)),
        }
    }
}

/// What a proof gets that could not be looked up.
impl From<ApiFailure> for Refusal {
    fn from(failure: ApiFailure) -> Self {
        StoreError::from(failure).into()
    }
}

/// `{"errorCode": 4040010, "errorMessage": "…"}`; gateways on the way answer with something else, or nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody {
    pub error_code: Option<i64>,
    pub error_message: Option<String>,
}

impl ErrorBody {
    pub fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }
}

/// `{"errors": [{"code": "FORBIDDEN_ERROR", "title": "…", "detail": "…"}]}`: the form of the App Store Connect API.
#[derive(Debug, Default, Deserialize)]
pub struct ConnectErrors {
    #[serde(default)]
    errors: Vec<ConnectError>,
}

#[derive(Debug, Deserialize)]
struct ConnectError {
    title: Option<String>,
    detail: Option<String>,
}

impl ConnectErrors {
    pub fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// What the first of them says.
    pub fn message(self) -> Option<String> {
        let first = self.errors.into_iter().next()?;
        first.detail.or(first.title)
    }
}
