//! AppKeys: public-ish names of projects, kept in clear; an old one works until it expires.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppKey, ProjectId, Timestamp};

/// What a valid key opens.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Access {
    pub project_id: ProjectId,
    pub client_consume: bool,
    pub user_token_required: bool,
    pub account_token_required: bool,
    pub nhn_compatible: bool,
    pub nhn_addresses: String,
    pub revision: i64,
}

/// The project of a key that has not expired.
pub async fn find_access(tx: &mut Tx, app_key: &str, now: Timestamp) -> Result<Option<Access>> {
    const SQL: &str =
        "SELECT k.project_id, p.client_consume, p.user_token_required, p.account_token_required, p.nhn_compatible, p.nhn_addresses, p.revision
         FROM app_keys k JOIN projects p ON p.id = k.project_id
         WHERE k.app_key = $1 AND (k.expires_at IS NULL OR k.expires_at > $2)";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(app_key).bind(now).fetch_optional(c).await?))
}

/// Adds a key; false when it is taken, by whichever project.
pub async fn insert(tx: &mut Tx, project: &ProjectId, app_key: &str, at: Timestamp) -> Result<bool> {
    const SQL: &str = "INSERT INTO app_keys (app_key, project_id, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(app_key).bind(project).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Lets every key but `except` end at a moment, unless it ends before.
pub async fn expire_others(tx: &mut Tx, project: &ProjectId, except: &str, ends_at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE app_keys SET expires_at = $3
         WHERE project_id = $1 AND app_key <> $2 AND (expires_at IS NULL OR expires_at > $3)";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(except).bind(ends_at).execute(c).await?;
    });
    Ok(())
}

/// All keys of a project, newest first.
pub async fn list(tx: &mut Tx, project: &ProjectId) -> Result<Vec<AppKey>> {
    const SQL: &str = "SELECT app_key, created_at, expires_at FROM app_keys WHERE project_id = $1
         ORDER BY created_at DESC, app_key LIMIT 100";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).fetch_all(c).await?))
}
