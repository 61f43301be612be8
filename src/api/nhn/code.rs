//! How calls end, in NHN's numbers.

use crate::error::Error;
use crate::model::{Fault, shorten};

/// What an answer says is cut here: it may repeat what was sent.
const REASON_CHARS_MAX: usize = 500;

/// A result code other than 0, each surface's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    InvalidParameters,
    ContentType,
    Method,
    ConsumeFailed,
    AlreadyConsumed,
    Unknown,
    /// Gamebase only, as are the rest: JSON of the wrong types.
    JsonType,
    JsonMalformed,
    MissingParameter,
    TooLong,
    AppId,
    SecretKey,
    GamebaseContentType,
    WrongUri,
    Internal,
    /// A store that can't be asked.
    Remote,
}

impl Code {
    pub const fn number(self) -> i64 {
        self.parts().0
    }

    pub const fn name(self) -> &'static str {
        self.parts().1
    }

    const fn parts(self) -> (i64, &'static str) {
        match self {
            Self::InvalidParameters => (1100, "INVALID_PARAMETERS"),
            Self::ContentType => (2111, "HTTP_CONTENT_TYPE_NOT_SUPPORT"),
            Self::Method => (2112, "HTTP_REQUEST_METHOD_NOT_SUPPORT"),
            Self::ConsumeFailed => (5000, "CONSUME_FAILED"),
            Self::AlreadyConsumed => (5018, "ALREADY_CONSUMED"),
            Self::Unknown => (9999, "UNKNOWN_ERROR"),
            Self::JsonType => (5032, "INVALID_JSON_TYPE"),
            Self::JsonMalformed => (-4_150_001, "INVALID_JSON"),
            Self::MissingParameter => (-4_000_002, "MISSING_PARAMETER"),
            Self::TooLong => (-4_000_008, "PARAMETER_TOO_LONG"),
            Self::AppId => (-4_010_001, "INVALID_APP_ID"),
            Self::SecretKey => (-4_010_004, "INVALID_SECRET_KEY"),
            Self::GamebaseContentType => (-4_060_001, "INVALID_CONTENT_TYPE"),
            Self::WrongUri => (-4_060_003, "UNSUPPORTED_API_VERSION_OR_URI"),
            Self::Internal => (-5_000_001, "INTERNAL_ERROR"),
            Self::Remote => (-5_000_002, "REMOTE_SYSTEM_ERROR"),
        }
    }

    /// The code as Gamebase says it where its gateway, not the purchase engine, is at fault.
    pub const fn at_gamebase(self) -> Self {
        match self {
            Self::ContentType => Self::GamebaseContentType,
            Self::Method => Self::WrongUri,
            Self::Unknown => Self::Internal,
            other => other,
        }
    }
}

/// Why a call did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fail {
    pub code: Code,
    /// For the log of whoever called.
    pub reason: String,
}

impl Fail {
    pub fn new(code: Code, reason: impl Into<String>) -> Self {
        let reason: String = reason.into();
        Self { code, reason: shorten(&reason, REASON_CHARS_MAX).into_owned() }
    }

    /// A field is missing or wrong.
    pub fn invalid(field: &str, reason: impl std::fmt::Display) -> Self {
        Self::new(Code::InvalidParameters, format!("{field} {reason}"))
    }

    /// `resultMessage`.
    pub fn message(&self) -> String {
        format!("{}: {}", self.code.name(), self.reason)
    }
}

/// What is our own fault is logged here and not told; the rest is a parameter that will not do.
impl From<Error> for Fail {
    fn from(error: Error) -> Self {
        match error {
            Error::Database(_) | Error::Internal(_) => Self::new(Code::Unknown, Fault::from(error).message),
            Error::Invalid { field, reason } => Self::invalid(&field, reason),
            other => Self::new(Code::InvalidParameters, other.to_string()),
        }
    }
}
