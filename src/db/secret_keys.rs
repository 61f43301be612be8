//! Secret keys: kept as hashes, named, revocable.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{ProjectId, SecretKey, Timestamp};

/// What a valid key opens.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Access {
    pub id: String,
    pub name: String,
    pub project_id: ProjectId,
    pub client_consume: bool,
    pub user_token_required: bool,
    pub account_token_required: bool,
    pub last_used_at: Option<Timestamp>,
    pub revision: i64,
}

/// The key with this hash, unless revoked.
pub async fn find_access(tx: &mut Tx, hash: &str) -> Result<Option<Access>> {
    const SQL: &str = "SELECT k.id, k.name, k.project_id, p.client_consume, p.user_token_required, p.account_token_required, k.last_used_at, p.revision
         FROM secret_keys k JOIN projects p ON p.id = k.project_id WHERE k.hash = $1 AND k.revoked_at IS NULL";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(hash).fetch_optional(c).await?))
}

/// A key to keep; `hint` is its last four characters.
pub struct NewKey<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub hash: &'a str,
    pub hint: &'a str,
}

/// Adds a key; false when the same secret is there already.
pub async fn insert(tx: &mut Tx, project: &ProjectId, key: &NewKey<'_>, at: Timestamp) -> Result<bool> {
    const SQL: &str = "INSERT INTO secret_keys (id, project_id, name, hash, hint, created_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(key.id).bind(project).bind(key.name).bind(key.hash).bind(key.hint).bind(at)
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Ends a key; its name, or none when there is no such key in force.
pub async fn revoke(tx: &mut Tx, project: &ProjectId, id: &str, at: Timestamp) -> Result<Option<String>> {
    const SQL: &str = "UPDATE secret_keys SET revoked_at = $3 WHERE project_id = $1 AND id = $2 AND revoked_at IS NULL
         RETURNING name";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).bind(id).bind(at).fetch_optional(c).await?))
}

/// Notes that a key was used.
pub async fn touch(tx: &mut Tx, id: &str, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE secret_keys SET last_used_at = $2 WHERE id = $1";
    on!(tx, c => {
        sqlx::query(SQL).bind(id).bind(at).execute(c).await?;
    });
    Ok(())
}

/// How many keys in force a project has at most; so every list has them all.
pub const IN_FORCE_MAX: i64 = 100;

/// How many keys are in force.
pub async fn count_in_force(tx: &mut Tx, project: &ProjectId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM secret_keys WHERE project_id = $1 AND revoked_at IS NULL";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).fetch_one(c).await?))
}

/// The keys of a project: all in force, then the revoked ones, newest first; at most 200.
pub async fn list(tx: &mut Tx, project: &ProjectId) -> Result<Vec<SecretKey>> {
    const SQL: &str = "SELECT id, name, hint, created_at, last_used_at, revoked_at FROM secret_keys WHERE project_id = $1
         ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, created_at DESC, id LIMIT 200";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).fetch_all(c).await?))
}
