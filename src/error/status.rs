//! The stable code and the HTTP status of each failure, and when to try again.

use axum::http::StatusCode;

use super::Error;
use crate::model::RefusalCode;

/// A full queue of questions to a store is worked off in about this time.
const QUEUE_RETRY_SECONDS: i64 = 10;

/// How long a caller waits while the database is away: a restart or a failover takes seconds.
const RETRY_DATABASE_SECONDS: i64 = 5;

impl Error {
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

    /// When the caller may come back; none when that would change nothing.
    pub(super) fn retry_after_seconds(&self) -> Option<i64> {
        match self {
            Self::TooMany { retry_after_seconds } | Self::TooManyRequests { retry_after_seconds } => Some(*retry_after_seconds),
            Self::Refused { code: RefusalCode::TooManyRequests, .. } => Some(QUEUE_RETRY_SECONDS),
            _ => self.is_database_away().then_some(RETRY_DATABASE_SECONDS),
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
