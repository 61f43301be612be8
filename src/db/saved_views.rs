//! Filters of the list of payments that an operator keeps under a name.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{OperatorId, ProjectId, SavedView, Timestamp};

/// How many one operator keeps in a project at most; so every list has them all.
pub const SAVED_VIEWS_MAX: i64 = 50;

/// An operator's own, by name.
pub async fn list(tx: &mut Tx, project: &ProjectId, operator: &OperatorId) -> Result<Vec<SavedView>> {
    const SQL: &str = "SELECT name, query FROM saved_views WHERE project_id = $1 AND operator_id = $2 ORDER BY name LIMIT $3";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(operator).bind(SAVED_VIEWS_MAX).fetch_all(c).await?))
}

/// Keeps a view; one of the same name gets the new query.
pub async fn save(tx: &mut Tx, project: &ProjectId, operator: &OperatorId, view: &SavedView, at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO saved_views (project_id, operator_id, name, query, created_at) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT (project_id, operator_id, name) DO UPDATE SET query = excluded.query";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(operator).bind(&view.name).bind(&view.query).bind(at).execute(c).await?;
        Ok(())
    })
}

/// Forgets a view; false when there is none of that name.
pub async fn delete(tx: &mut Tx, project: &ProjectId, operator: &OperatorId, name: &str) -> Result<bool> {
    const SQL: &str = "DELETE FROM saved_views WHERE project_id = $1 AND operator_id = $2 AND name = $3";
    on!(tx, c => Ok(sqlx::query(SQL).bind(project).bind(operator).bind(name).execute(c).await?.rows_affected() == 1))
}
