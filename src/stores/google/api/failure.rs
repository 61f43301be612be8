use serde::Deserialize;

use crate::model::Timestamp;
use crate::stores::http::Stop;
use crate::stores::{Denial, StoreError};

/// Why Google did not give what was asked for. `reason` is Google's own word.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiFailure {
    /// The credential is missing, malformed, or refused where access tokens are issued.
    Credentials { reason: String },
    /// The credential is good, but may not do that in this app, or its project may not use the API.
    NotPermitted { reason: Option<String>, message: String },
    /// Google knows no app of that package name.
    AppUnknown { message: String },
    /// Google knows no such purchase, or none any more.
    NotFound { reason: Option<String>, message: String },
    /// Google wants no more calls before then.
    RateLimited { retry_at: Timestamp },
    /// Too many of our own questions wait already: Google was not asked.
    Busy,
    /// It can't be reached or is out of order; asking later may help.
    Unavailable { reason: String },
    /// Somebody else changes the same purchase at this moment.
    Conflict { message: String },
    /// It answered one of two questions about a purchase, and did not say that it was bought; the other question failed.
    Incomplete(Box<ApiFailure>),
    /// It answered, and said no.
    Refused { reason: Option<String>, message: String },
}

impl ApiFailure {
    pub fn unavailable(reason: impl std::fmt::Display) -> Self {
        Self::Unavailable { reason: reason.to_string() }
    }

    pub fn credentials(reason: impl std::fmt::Display) -> Self {
        Self::Credentials { reason: reason.to_string() }
    }

    /// Google's word for the failure, where it gave one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::NotPermitted { reason, .. } | Self::NotFound { reason, .. } | Self::Refused { reason, .. } => reason.as_deref(),
            _ => None,
        }
    }

    /// Whether Google answered that the purchase is in no state for what was asked.
    pub fn is_of_state(&self) -> bool {
        matches!(self, Self::Refused { .. }) && self.reason().is_some_and(|reason| STATE_REASONS.contains(&reason))
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
            Self::Conflict { .. } => "CONFLICT",
            Self::Incomplete(_) => "INCOMPLETE",
            Self::Refused { .. } => "REFUSED",
        }
    }
}

/// Google's words for a purchase that is in no state for what was asked.
const STATE_REASONS: [&str; 3] = ["invalidPurchaseState", "productNotOwnedByUser", "FAILED_PRECONDITION"];

impl std::fmt::Display for ApiFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Credentials { reason } | Self::Unavailable { reason } => f.write_str(reason),
            Self::NotPermitted { reason, message } => {
                let reason = reason.as_deref().unwrap_or("forbidden");
                write!(f, "Google Play does not let this app's account do that ({reason}): {message}")
            }
            Self::AppUnknown { message } => write!(f, "Google Play knows no app of this package name: {message}"),
            Self::NotFound { reason, message } | Self::Refused { reason, message } => match reason {
                Some(reason) => write!(f, "Google Play says {reason}: {message}"),
                None => write!(f, "Google Play says: {message}"),
            },
            Self::Conflict { message } => write!(f, "the purchase is being changed by somebody else at Google Play: {message}"),
            Self::RateLimited { retry_at } => write!(f, "Google Play takes no more calls before {}", retry_at.to_rfc3339()),
            Self::Incomplete(failure) => failure.fmt(f),
            Self::Busy => f.write_str("too many questions to Google Play wait already: ask again in a moment"),
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
                Self::credentials(format!("Google Play refuses an access token it has just issued: {message}"))
            }
        }
    }
}

impl From<ApiFailure> for StoreError {
    fn from(failure: ApiFailure) -> Self {
        let reason = failure.to_string();
        match failure {
            ApiFailure::Incomplete(failure) => (*failure).into(),
            ApiFailure::Credentials { .. } | ApiFailure::NotPermitted { .. } | ApiFailure::AppUnknown { .. } => {
                Self::Credentials(reason)
            }
            ApiFailure::NotFound { .. } => Self::NotFound(reason),
            ApiFailure::RateLimited { retry_at } => Self::RateLimited { retry_at, reason },
            ApiFailure::Busy => Self::Busy(reason),
            ApiFailure::Unavailable { .. } | ApiFailure::Conflict { .. } => Self::Unavailable(reason),
            failure if failure.is_of_state() => Self::Denied(Denial::NotEligible, reason),
            ApiFailure::Refused { .. } => Self::Rejected(reason),
        }
    }
}

/// `{"error": {"code", "message", "status", "errors": [{"reason"}], "details": [{"reason"}]}}`; a front end may answer with HTML.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ErrorBody {
    error: ErrorDetail,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorDetail {
    message: Option<String>,
    status: Option<String>,
    errors: Vec<ErrorReason>,
    details: Vec<ErrorReason>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorReason {
    reason: Option<String>,
}

impl ErrorBody {
    pub fn read(body: &[u8]) -> Self {
        serde_json::from_slice(body).unwrap_or_default()
    }

    /// Google's word: the first error's, else the first detail's, else the status.
    pub fn reason(&self) -> Option<&str> {
        let mut all = self.error.errors.iter().chain(&self.error.details);
        all.find_map(|error| error.reason.as_deref()).or(self.error.status.as_deref())
    }

    pub fn message(&self) -> Option<&str> {
        self.error.message.as_deref()
    }
}
