//! Reading what was done.

use crate::db;
use crate::error::{Error, Result};
use crate::model::{AuditQuery, AuditRow, Page, Timestamp};
use crate::state::AppState;

const ROWS_A_PAGE: usize = 50;

/// One page of what was done, newest first. With `query.project`, only what was done in it.
pub async fn list(state: &AppState, query: &AuditQuery) -> Result<Page<AuditRow>> {
    let end = (query.to.unwrap_or(Timestamp(i64::MAX)), 0);
    let before = query.cursor.as_deref().map_or(Ok(end), parse_cursor)?;
    let mut items = db::audit_log::list(&mut state.db.read().await?, query, before, ROWS_A_PAGE as i64 + 1).await?;
    let has_more = items.len() > ROWS_A_PAGE;
    items.truncate(ROWS_A_PAGE);
    let next_cursor = items.last().filter(|_| has_more).map(|row| format!("{}.{}", row.at.0, row.row_no));
    Ok(Page { items, next_cursor })
}

/// The actions there are rows of, by name.
pub async fn list_actions(state: &AppState) -> Result<Vec<String>> {
    db::audit_log::list_actions(&mut state.db.read().await?).await
}

fn parse_cursor(text: &str) -> Result<(Timestamp, i64)> {
    let parse = || {
        let (at, row_no) = text.split_once('.')?;
        Some((Timestamp(at.parse().ok()?), row_no.parse().ok()?))
    };
    parse().ok_or_else(|| Error::invalid("cursor", "is not one that a list gave"))
}
