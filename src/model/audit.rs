//! The audit log.

use serde::{Deserialize, Serialize};

use super::{ProjectId, Timestamp};

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
