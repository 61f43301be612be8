//! The people of the console and what they did, as its pages show them.

use serde::{Deserialize, Serialize};

use super::{OperatorId, ProjectId, Role, Timestamp};

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
    pub created_at: Timestamp,
    pub signed_in_at: Option<Timestamp>,
}

/// An operator in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub id: OperatorId,
    pub email: String,
    /// May be empty.
    pub name: String,
    pub is_active: bool,
    pub role: Role,
}

/// One of a person's sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    pub began_at: Timestamp,
    /// When it ends if it isn't used before.
    pub ends_at: Timestamp,
    /// The one that asks.
    pub is_this: bool,
}

/// One thing somebody did. `before` and `after` are JSON text of the changed fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRow {
    pub row_no: i64,
    pub at: Timestamp,
    /// An operator's e-mail, a key's name, a worker's name.
    pub actor: String,
    pub project: Option<ProjectId>,
    /// Dotted: `project.create`.
    pub action: String,
    /// `app:1000000`.
    pub target: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub address: Option<String>,
}

/// Which audit rows to list; `None` filters nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditQuery {
    pub actor: Option<String>,
    pub action: Option<String>,
    pub project: Option<ProjectId>,
    /// Where the previous page ended.
    pub cursor: Option<String>,
}
