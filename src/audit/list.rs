//! Reading what was done.

use crate::db::{self, PageRequest};
use crate::error::Result;
use crate::model::{AuditQuery, AuditRow, Cursor, Page};
use crate::state::AppState;

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
