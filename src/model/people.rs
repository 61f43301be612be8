//! The people of the console and what they did, as its pages show them.

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use super::{OperatorId, ProjectId, Role, Timestamp, Version};

/// An account without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: OperatorId,
    pub email: String,
    /// May be empty.
    pub name: String,
    pub is_admin: bool,
    pub is_active: bool,
    /// Invited, and has not chosen a password yet.
    pub is_invited: bool,
    pub has_second_factor: bool,
    /// Of its rights.
    pub version: Version,
    pub created_at: Timestamp,
    pub signed_in_at: Option<Timestamp>,
}

/// An operator in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Member {
    #[sqlx(rename = "operator_id")]
    pub id: OperatorId,
    pub email: String,
    /// May be empty.
    pub name: String,
    pub is_active: bool,
    pub role: Role,
    /// Of the role.
    pub version: Version,
}

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

/// One thing somebody did. `before` and `after` are JSON text of the changed fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct AuditRow {
    pub row_no: i64,
    pub at: Timestamp,
    /// An operator's e-mail, a key's name, a worker's name.
    pub actor: String,
    #[sqlx(rename = "project_id")]
    pub project: Option<ProjectId>,
    /// What the project is called now.
    pub project_name: Option<String>,
    /// Dotted: `project.create`.
    pub action: String,
    /// `app:1000000`.
    pub target: String,
    /// The address of the operator it was done to.
    pub target_email: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub address: Option<String>,
}

/// Which audit rows to list; `None` filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    pub actor: Option<String>,
    pub action: Option<String>,
    pub project: Option<ProjectId>,
    pub target: Option<String>,
    /// From this moment…
    pub from: Option<Timestamp>,
    /// …until just before this one.
    pub to: Option<Timestamp>,
    /// Where the previous page ended.
    pub cursor: Option<String>,
}

text_enum! {
    /// What a one-time link is for.
    LinkPurpose { SetUp = "SET_UP", Invitation = "INVITATION", PasswordReset = "PASSWORD_RESET", SecondFactorReset = "SECOND_FACTOR_RESET" }
}
