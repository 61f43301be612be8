//! Why a store's word can't be had, or a proof is no good.

use crate::error::Error;
use crate::model::{RefusalCode, StoreCode, Timestamp};

/// Why a proof is no good: the code the caller gets, and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: RefusalCode,
    pub reason: String,
    /// The store was not reached, is out of order or takes no more calls: it said nothing of the purchase.
    pub is_unanswered: bool,
}

impl Refusal {
    pub fn new(code: RefusalCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into(), is_unanswered: false }
    }

    /// This server can't verify the store's purchases yet. The proof may be good, so it is kept for later rather than called invalid.
    pub fn unsupported(store: StoreCode) -> Self {
        Self::new(RefusalCode::StoreUnavailable, format!("this server cannot verify {store} purchases yet"))
    }

    /// The proof is forged, damaged or of the wrong form.
    pub fn proof(reason: impl Into<String>) -> Self {
        Self::new(RefusalCode::ProofInvalid, reason)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { code: refusal.code, reason: refusal.reason }
    }
}

/// Why a store did not answer a question, or did not do what it was asked for. Each has a sentence for people.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreError {
    /// This server can't ask that of this store.
    Unsupported(String),
    /// The app's credentials are missing, malformed or refused.
    Credentials(String),
    /// The store knows no such purchase.
    NotFound(String),
    /// The store takes no more calls before then.
    RateLimited { retry_at: Timestamp, reason: String },
    /// Too many of our own questions wait already; the store was not asked.
    Busy(String),
    /// It can't be reached or is out of order; asking later may help.
    Unavailable(String),
    /// It does not take the cursor of a list any more: the list begins anew.
    CursorLost(String),
    /// It answered no, for one of the reasons a caller is told apart.
    Denied(Denial, String),
    /// It answered no for another reason; asking again does not help.
    Rejected(String),
    /// The answer is not signed as it should be: somebody else may have answered.
    Untrusted(Refusal),
    /// The answer is genuine, but of another app or environment, or of a form we do not know.
    Unfit(Refusal),
}

/// Why a store does not do what it is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// The subscription is in no state for it.
    NotEligible,
    /// It was done as often as the store does it.
    TooOften,
    /// A family member or an organisation has it from somebody else.
    NotBought,
}

impl StoreError {
    /// This server can't ask that of the store.
    pub fn unsupported(store: StoreCode) -> Self {
        Self::Unsupported(format!("this server cannot ask {store} for that"))
    }

    /// Whether the store said nothing at all: it was not reached, is out of order, or was asked too often.
    pub const fn is_unanswered(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::RateLimited { .. } | Self::Busy(_))
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unsupported(reason)
            | Self::Credentials(reason)
            | Self::NotFound(reason)
            | Self::RateLimited { reason, .. }
            | Self::Busy(reason)
            | Self::Unavailable(reason)
            | Self::CursorLost(reason)
            | Self::Denied(_, reason)
            | Self::Rejected(reason) => f.write_str(reason),
            Self::Untrusted(refusal) | Self::Unfit(refusal) => f.write_str(&refusal.reason),
        }
    }
}

impl std::error::Error for StoreError {}

/// What a caller is told whose question was not answered. Only a store that answered may call a proof invalid.
impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Credentials(_) => RefusalCode::StoreCredentials,
            StoreError::NotFound(_) => RefusalCode::ProofInvalid,
            StoreError::Busy(_) => RefusalCode::TooManyRequests,
            StoreError::Untrusted(refusal) if refusal.code == RefusalCode::StoreCredentials => RefusalCode::StoreCredentials,
            StoreError::Unfit(refusal) => refusal.code,
            _ => RefusalCode::StoreUnavailable,
        };
        Self { is_unanswered: error.is_unanswered(), ..Self::new(code, error.to_string()) }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Refusal::from(error).into()
    }
}
