//! Payment users: the developer's own user ids, and the account tokens that lead back to them.

use super::bulk::{self, Value};
use super::{Tx, on};
use crate::error::Result;
use crate::model::{ProjectId, Timestamp};

macro_rules! insert_user {
    () => {
        "INSERT INTO users (project_id, user_channel, user_key, account_token, created_at)
         SELECT * FROM {rows} WHERE TRUE ON CONFLICT DO NOTHING"
    };
}

/// Registers those that are not known; of `values`.
pub(super) const INSERT: &str = insert_user!();

pub(super) fn values<'a>(
    project: &'a ProjectId,
    channel: &'a str,
    key: &'a str,
    account_token: &'a str,
    at: Timestamp,
) -> [Value<'a>; 5] {
    [project.as_str().into(), channel.into(), key.into(), account_token.into(), at.0.into()]
}

/// Registers a user; false when they were known.
pub async fn insert(
    tx: &mut Tx,
    project: &ProjectId,
    user_channel: &str,
    user_key: &str,
    account_token: &str,
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = concat!(insert_user!(), " RETURNING created_at");
    let rows = [values(project, user_channel, user_key, account_token, at)].into_iter().collect();
    let made: Vec<(i64,)> = bulk::fetch(tx, (SQL, rows)).await?;
    Ok(!made.is_empty())
}

/// The user `(channel, key)` an account token was made for.
pub async fn find_by_account_token(tx: &mut Tx, project: &ProjectId, token: &str) -> Result<Option<(String, String)>> {
    const SQL: &str = "SELECT user_channel, user_key FROM users WHERE project_id = $1 AND account_token = $2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(token).fetch_optional(c).await?))
}

/// What is known of a user: how many payments are theirs, and when the newest was made; none where the user is not known at all.
pub async fn find_activity(
    tx: &mut Tx,
    project: &ProjectId,
    channel: &str,
    key: &str,
) -> Result<Option<(i64, Option<Timestamp>)>> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT), MAX(created_at) FROM payments
         WHERE project_id = $1 AND user_key = $3 AND user_channel = $2";
    const KNOWN: &str = "SELECT created_at FROM users WHERE project_id = $1 AND user_channel = $2 AND user_key = $3";
    let (count, last): (i64, Option<Timestamp>) =
        on!(tx, c => sqlx::query_as(SQL).bind(project).bind(channel).bind(key).fetch_one(c).await?);
    if count > 0 {
        return Ok(Some((count, last)));
    }
    let known: Option<i64> =
        on!(tx, c => sqlx::query_scalar(KNOWN).bind(project).bind(channel).bind(key).fetch_optional(c).await?);
    Ok(known.map(|_| (0, None)))
}
