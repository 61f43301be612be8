//! Payment users: the developer's own user ids, and the account tokens that lead back to them.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{ProjectId, Timestamp};

pub(super) const INSERT: &str = "INSERT INTO users (project_id, user_channel, user_key, account_token, created_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

/// Registers a user; false when they were known.
pub async fn insert(
    tx: &mut Tx,
    project: &ProjectId,
    user_channel: &str,
    user_key: &str,
    account_token: &str,
    at: Timestamp,
) -> Result<bool> {
    on!(tx, c => {
        let done = sqlx::query(INSERT).bind(project.as_str()).bind(user_channel).bind(user_key).bind(account_token).bind(at.0)
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// The user `(channel, key)` an account token was made for.
pub async fn find_by_account_token(tx: &mut Tx, project: &ProjectId, token: &str) -> Result<Option<(String, String)>> {
    const SQL: &str = "SELECT user_channel, user_key FROM users WHERE project_id = $1 AND account_token = $2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project.as_str()).bind(token).fetch_optional(c).await?))
}
