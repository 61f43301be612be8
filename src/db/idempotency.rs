//! Stored answers of repeated calls.

use super::tx::Conn;
use super::{Tx, due, on};
use crate::error::Result;
use crate::model::{ProjectId, Timestamp};

/// A call that wants to run.
pub struct Claim<'a> {
    pub project: &'a ProjectId,
    pub key: &'a str,
    pub request_hash: &'a str,
    pub now: Timestamp,
    /// An unanswered claim made before this was left behind by a process that died.
    pub lease_until: Timestamp,
}

/// True for exactly one caller: the key is new, its answer has expired, or its first call died.
pub async fn claim(tx: &mut Tx, claim: &Claim<'_>, expires_at: Timestamp) -> Result<bool> {
    const SQL: &str = "INSERT INTO idempotency_keys (project_id, idempotency_key, request_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (project_id, idempotency_key) DO UPDATE
         SET request_hash = excluded.request_hash, status = NULL, body = NULL,
             created_at = excluded.created_at, expires_at = excluded.expires_at
         WHERE idempotency_keys.expires_at <= $4
            OR (idempotency_keys.status IS NULL
                AND (idempotency_keys.created_at <= $6 OR idempotency_keys.created_at > $7)
                AND idempotency_keys.request_hash = excluded.request_hash)";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(claim.project).bind(claim.key).bind(claim.request_hash).bind(claim.now)
            .bind(expires_at).bind(claim.lease_until).bind(due::future(claim.now)).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// A claimed key; `body` is the sealed answer once there is one.
#[derive(sqlx::FromRow)]
pub struct Found {
    pub request_hash: String,
    pub body: Option<String>,
}

pub async fn find(tx: &mut Tx, project: &ProjectId, key: &str) -> Result<Option<Found>> {
    const SQL: &str = "SELECT request_hash, body FROM idempotency_keys WHERE project_id = $1 AND idempotency_key = $2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(key).fetch_optional(c).await?))
}

pub async fn store(tx: &mut Tx, project: &ProjectId, key: &str, status: u16, body: &str) -> Result<()> {
    const SQL: &str = "UPDATE idempotency_keys SET status = $3, body = $4 WHERE project_id = $1 AND idempotency_key = $2";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(key).bind(i64::from(status)).bind(body).execute(c).await?;
    });
    Ok(())
}

pub async fn delete(tx: &mut Tx, project: &ProjectId, key: &str) -> Result<()> {
    const SQL: &str = "DELETE FROM idempotency_keys WHERE project_id = $1 AND idempotency_key = $2 AND status IS NULL";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(key).execute(c).await?;
    });
    Ok(())
}

/// Forgets answers that have expired, at most `limit` at a time; how many.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM idempotency_keys WHERE (project_id, idempotency_key) IN
         (SELECT project_id, idempotency_key FROM idempotency_keys WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
    on!(tx, c => Ok(sqlx::query(SQL).bind(now).bind(limit).execute(c).await?.rows_affected()))
}

/// Frees the keys of calls that never answered, where nobody but this process can be answering them: SQLite serves one. How many.
/// On PostgreSQL another process may; there a key is free when its lease is over.
pub async fn delete_unanswered(tx: &mut Tx) -> Result<u64> {
    const SQL: &str = "DELETE FROM idempotency_keys WHERE status IS NULL";
    match tx.conn() {
        Conn::Sqlite(c) => Ok(sqlx::query(SQL).execute(c).await?.rows_affected()),
        Conn::Postgres(_) => Ok(0),
    }
}
