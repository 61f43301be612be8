//! Signing in: sessions, second factors and one-time links.

use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::text_enum::text_enum;

/// One of a person's sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    pub began_at: Timestamp,
    /// When it ends if it isn't used before.
    pub ends_at: Timestamp,
    /// Where it was begun.
    pub address: Option<String>,
    /// The one that asks.
    pub is_this: bool,
}

/// What an account has beside its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    pub is_on: bool,
    pub recovery_codes_left: i64,
}

/// A second factor to be confirmed: what an authenticator app needs of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpDraft {
    /// To be typed, in groups of four.
    pub secret: String,
    /// To be followed on a phone: `otpauth://…`.
    pub url: String,
    /// To be scanned: the same address.
    pub qr: QrPicture,
}

/// A QR code as the path of its dark modules, in a square of `size` units.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrPicture {
    pub size: usize,
    pub path: String,
}

/// Whom a one-time link is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkHolder {
    pub email: String,
    pub purpose: LinkPurpose,
}

text_enum! {
    /// What a one-time link is for.
    LinkPurpose { SetUp = "SET_UP", Invitation = "INVITATION", PasswordReset = "PASSWORD_RESET", SecondFactorReset = "SECOND_FACTOR_RESET" }
}
