//! Who did what.

use super::{Tx, on};
use crate::error::Result;
use crate::model::Timestamp;

/// A row to write; `before` and `after` are JSON text.
pub struct NewRow<'a> {
    pub row_no: i64,
    pub at: Timestamp,
    pub actor: &'a str,
    pub project_id: Option<&'a str>,
    pub action: &'a str,
    pub target: &'a str,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
    pub address: Option<&'a str>,
}

pub async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<()> {
    const SQL: &str = "INSERT INTO audit_log (row_no, at, actor, project_id, action, target, before, after, address)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    on!(tx, c => {
        sqlx::query(SQL).bind(row.row_no).bind(row.at.0).bind(row.actor).bind(row.project_id).bind(row.action)
            .bind(row.target).bind(row.before).bind(row.after).bind(row.address).execute(c).await?;
    });
    Ok(())
}
