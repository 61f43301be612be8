//! Console sessions; the id is stored hashed, so that a read of this table signs nobody in.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{OperatorId, Timestamp};

/// One session; `data` is JSON text.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Session {
    #[sqlx(rename = "id")]
    pub id_hash: String,
    pub data: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A session to keep.
pub struct NewSession<'a> {
    pub id_hash: &'a str,
    pub operator: Option<&'a str>,
    pub data: &'a str,
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

const SESSIONS_PER_OPERATOR_MAX: i64 = 100;

/// Keeps a new session; false when the id is taken.
pub async fn insert(tx: &mut Tx, new: &NewSession<'_>) -> Result<bool> {
    const SQL: &str = "INSERT INTO sessions (id, operator_id, data, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)
                       ON CONFLICT DO NOTHING";
    on!(tx, c => {
        let query = sqlx::query(SQL).bind(new.id_hash).bind(new.operator).bind(new.data).bind(new.at).bind(new.expires_at);
        Ok(query.execute(c).await?.rows_affected() == 1)
    })
}

/// Changes what a session holds; false when it has ended, for an ended session never comes back.
pub async fn set_data(tx: &mut Tx, id_hash: &str, operator: Option<&str>, data: &str) -> Result<bool> {
    const SQL: &str = "UPDATE sessions SET operator_id = $2, data = $3 WHERE id = $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(id_hash).bind(operator).bind(data).execute(c).await?.rows_affected() == 1))
}

/// The session, unless it has expired.
pub async fn find(tx: &mut Tx, id_hash: &str, now: Timestamp) -> Result<Option<Session>> {
    const SQL: &str = "SELECT id, data, created_at, expires_at FROM sessions WHERE id = $1 AND expires_at > $2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(id_hash).bind(now).fetch_optional(c).await?))
}

/// Moves a session's end; one that has ended stays so.
pub async fn touch(tx: &mut Tx, id_hash: &str, expires_at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE sessions SET expires_at = $2 WHERE id = $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(id_hash).bind(expires_at).execute(c).await?.rows_affected() == 1))
}

pub async fn delete(tx: &mut Tx, id_hash: &str) -> Result<()> {
    const SQL: &str = "DELETE FROM sessions WHERE id = $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(id_hash).execute(c).await.map(drop)?))
}

/// An operator's living sessions, newest first.
pub async fn list_of(tx: &mut Tx, operator: &OperatorId, now: Timestamp) -> Result<Vec<Session>> {
    const SQL: &str = "SELECT id, data, created_at, expires_at FROM sessions WHERE operator_id = $1 AND expires_at > $2
                       ORDER BY created_at DESC, id LIMIT $3";
    on!(tx, c => {
        let query = sqlx::query_as(SQL).bind(operator).bind(now).bind(SESSIONS_PER_OPERATOR_MAX);
        Ok(query.fetch_all(c).await?)
    })
}

/// Ends an operator's sessions but the one to keep; gives how many.
pub async fn delete_of(tx: &mut Tx, operator: &OperatorId, keep: Option<&str>) -> Result<u64> {
    const SQL: &str = "DELETE FROM sessions WHERE operator_id = $1 AND id <> $2";
    on!(tx, c => {
        let query = sqlx::query(SQL).bind(operator).bind(keep.unwrap_or_default());
        Ok(query.execute(c).await?.rows_affected())
    })
}

pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM sessions WHERE expires_at <= $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(now).execute(c).await?.rows_affected()))
}
