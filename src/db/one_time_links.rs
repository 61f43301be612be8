//! Links that work once: the first operator's set-up, an invitation, a password reset. Stored hashed.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{LinkPurpose, OperatorId, Timestamp};

/// A link that still works.
#[derive(sqlx::FromRow)]
pub struct Link {
    pub purpose: LinkPurpose,
    /// None for the set-up.
    #[sqlx(rename = "operator_id")]
    pub operator: Option<OperatorId>,
}

/// A link to keep.
pub struct NewLink<'a> {
    pub token_hash: &'a str,
    pub purpose: LinkPurpose,
    pub operator: Option<&'a OperatorId>,
    pub at: Timestamp,
    pub expires_at: Timestamp,
}

pub async fn insert(tx: &mut Tx, new: &NewLink<'_>) -> Result<()> {
    const SQL: &str = "INSERT INTO one_time_links (token_hash, purpose, operator_id, created_at, expires_at)
                       VALUES ($1, $2, $3, $4, $5)";
    let operator = new.operator.map(OperatorId::as_str);
    on!(tx, c => {
        let query = sqlx::query(SQL).bind(new.token_hash).bind(new.purpose).bind(operator);
        Ok(query.bind(new.at).bind(new.expires_at).execute(c).await.map(drop)?)
    })
}

/// The link behind a token; none when it was used, has expired or never was.
pub async fn find(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<Option<Link>> {
    const SQL: &str = "SELECT purpose, operator_id FROM one_time_links
                       WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(token_hash).bind(now).fetch_optional(c).await?))
}

/// Uses a link up; false when it no longer worked.
pub async fn mark_used(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE one_time_links SET used_at = $2
                       WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    on!(tx, c => Ok(sqlx::query(SQL).bind(token_hash).bind(now).execute(c).await?.rows_affected() == 1))
}

/// Ends an operator's unused links, as a newer one takes their place.
pub async fn delete_unused_of(tx: &mut Tx, operator: &OperatorId) -> Result<()> {
    const SQL: &str = "DELETE FROM one_time_links WHERE operator_id = $1 AND used_at IS NULL";
    on!(tx, c => Ok(sqlx::query(SQL).bind(operator).execute(c).await.map(drop)?))
}

pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM one_time_links WHERE expires_at <= $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(now).execute(c).await?.rows_affected()))
}
