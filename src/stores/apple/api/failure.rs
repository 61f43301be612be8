use serde::Deserialize;

use crate::model::{RefusalCode, Timestamp};
use crate::stores::Refusal;

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

/// Apple's number of an id that is malformed.
const INVALID_TRANSACTION_ID: i64 = 4_000_006;
/// Apple's number of an app it does not know by the key's bundle.
const INVALID_APP: i64 = 4_000_002;

/// What a proof gets that could not be looked up. Only a store that answered may make a proof invalid.
impl From<ApiFailure> for Refusal {
    fn from(failure: ApiFailure) -> Self {
        let code = match &failure {
            ApiFailure::Credentials { .. } | ApiFailure::Refused { code: Some(INVALID_APP), .. } => RefusalCode::StoreCredentials,
            ApiFailure::NotFound { .. } | ApiFailure::Refused { code: Some(INVALID_TRANSACTION_ID), .. } => {
                RefusalCode::ProofInvalid
            }
            ApiFailure::Busy => RefusalCode::TooManyRequests,
            ApiFailure::Untrusted(refusal) if refusal.code == RefusalCode::StoreCredentials => RefusalCode::StoreCredentials,
            ApiFailure::RateLimited { .. }
            | ApiFailure::Unavailable { .. }
            | ApiFailure::Refused { .. }
            | ApiFailure::Untrusted(_) => RefusalCode::StoreUnavailable,
        };
        Self::new(code, failure.to_string())
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
