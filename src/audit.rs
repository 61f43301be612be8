//! USE CASE: who did what; written in the same transaction as the change, searched later. May call `db`.

mod by;

use serde_json::Value;

use crate::db::{self, PageRequest, Tx};
use crate::error::Result;
use crate::model::{AuditQuery, AuditRow, Cursor, Page, ProjectId, Timestamp};
use crate::state::AppState;

pub use by::{By, SignedIn};

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

/// One page of what was done, newest first. With `query.project`, only what was done in it.
pub async fn list(state: &AppState, query: &AuditQuery) -> Result<Page<AuditRow>> {
    let page = PageRequest::parse(query.cursor.as_deref(), 0)?;
    let found = db::audit_log::list(&mut state.db.read().await?, query, &page).await?;
    Ok(page.page(found, |last| Cursor { at: last.at, key: last.row_no }))
}

/// The actions there are rows of, by name.
pub async fn list_actions(state: &AppState) -> Result<Vec<String>> {
    db::audit_log::list_actions(&mut state.db.read().await?).await
}
