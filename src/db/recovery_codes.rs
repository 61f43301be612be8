//! Codes for who has lost their second factor; kept as hashes, each works once.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{OperatorId, Timestamp};

/// Puts new codes in the place of all earlier ones.
pub async fn replace(tx: &mut Tx, operator: &OperatorId, hashes: &[String], at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO recovery_codes (operator_id, code_hash, created_at) VALUES ($1, $2, $3)";
    delete_of(tx, operator).await?;
    for hash in hashes {
        on!(tx, c => sqlx::query(SQL).bind(operator).bind(hash).bind(at).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Uses a code up; false when it was used or is none.
pub async fn mark_used(tx: &mut Tx, operator: &OperatorId, hash: &str, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE recovery_codes SET used_at = $3 WHERE operator_id = $1 AND code_hash = $2 AND used_at IS NULL";
    on!(tx, c => Ok(sqlx::query(SQL).bind(operator).bind(hash).bind(at).execute(c).await?.rows_affected() == 1))
}

/// How many codes are left.
pub async fn count_unused(tx: &mut Tx, operator: &OperatorId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM recovery_codes WHERE operator_id = $1 AND used_at IS NULL";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(operator).fetch_one(c).await?))
}

pub async fn delete_of(tx: &mut Tx, operator: &OperatorId) -> Result<()> {
    const SQL: &str = "DELETE FROM recovery_codes WHERE operator_id = $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(operator).execute(c).await.map(drop)?))
}
