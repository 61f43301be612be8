//! Failed sign-ins per subject (an account, an address), for the rate limit; every process sees them.

use super::{Tx, on};
use crate::error::Result;
use crate::model::Timestamp;

pub async fn insert(tx: &mut Tx, subject: &str, row_no: i64, at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO sign_in_failures (subject, row_no, failed_at) VALUES ($1, $2, $3)";
    on!(tx, c => Ok(sqlx::query(SQL).bind(subject).bind(row_no).bind(at).execute(c).await.map(drop)?))
}

/// When each failure after `since` happened, newest first, at most `limit`.
pub async fn list_times(tx: &mut Tx, subject: &str, since: Timestamp, limit: i64) -> Result<Vec<Timestamp>> {
    const SQL: &str = "SELECT failed_at FROM sign_in_failures WHERE subject = $1 AND failed_at > $2
                       ORDER BY failed_at DESC LIMIT $3";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(subject).bind(since).bind(limit).fetch_all(c).await?))
}

/// Takes one failure back.
pub async fn delete(tx: &mut Tx, subject: &str, row_no: i64) -> Result<()> {
    const SQL: &str = "DELETE FROM sign_in_failures WHERE subject = $1 AND row_no = $2";
    on!(tx, c => Ok(sqlx::query(SQL).bind(subject).bind(row_no).execute(c).await.map(drop)?))
}

/// Forgets all of a subject's failures.
pub async fn clear(tx: &mut Tx, subject: &str) -> Result<()> {
    const SQL: &str = "DELETE FROM sign_in_failures WHERE subject = $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(subject).execute(c).await.map(drop)?))
}

pub async fn delete_before(tx: &mut Tx, time: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM sign_in_failures WHERE failed_at <= $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(time).execute(c).await?.rows_affected()))
}
