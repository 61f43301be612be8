//! Writing an audit row.

use serde_json::Value;

use super::by::By;
use crate::db::{self, Tx};
use crate::error::Result;
use crate::model::{ProjectId, Timestamp};

/// One change: what was done to what. `before` and `after` hold the changed fields as JSON, never a secret.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Dotted, stable: `project.create`, `app.update`, `secret_key.revoke`.
    pub action: &'static str,
    pub project: Option<&'a ProjectId>,
    /// What was changed, e.g. `app:1000000`.
    pub target: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Who changes something, and when: what a change needs that is one of many in a write.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a> {
    pub by: &'a By,
    pub at: Timestamp,
}

impl Stamp<'_> {
    /// Writes the change's audit row.
    pub async fn record(&self, tx: &mut Tx, change: Change<'_>) -> Result<()> {
        record(tx, self.by, self.at, change).await
    }
}

/// Writes the row in the change's own transaction.
pub async fn record(tx: &mut Tx, by: &By, at: Timestamp, change: Change<'_>) -> Result<()> {
    let text = |value: &Option<Value>| value.as_ref().map(Value::to_string);
    db::audit_log::insert(
        tx,
        &db::audit_log::NewRow {
            at,
            actor: by.name().unwrap_or(by.actor().as_str()),
            project_id: change.project.map(ProjectId::as_str),
            action: change.action,
            target: &change.target,
            before: text(&change.before).as_deref(),
            after: text(&change.after).as_deref(),
            address: by.address(),
        },
    )
    .await
}
