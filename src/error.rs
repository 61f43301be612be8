//! All the ways a use case can fail, their stable codes, and their wire form.

mod answer;
mod faults;
mod status;

use axum::http::StatusCode;

use crate::model::{Reason, RefusalCode};

pub use answer::ProblemCode;
pub(crate) use faults::{is_connection_fault, is_storage_fault};

pub type Result<T, E = Error> = std::result::Result<T, E>;

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

    /// Whether the same may succeed later: our own fault, or a store that did not answer.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database(_) | Self::Internal(_) => true,
            Self::Refused { code, .. } => code.is_transient(),
            other => other.is_lost_race(),
        }
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

    /// An inner cause that never reaches the client.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}
