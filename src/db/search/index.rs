//! Giving payments and users their keys: the worker's side. How far it has come is a mark that only moves on when nobody moved it
//! meanwhile, so that each payment gets its keys once.

use super::keys::Part;
use crate::db::bulk::{self, Value};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{PaymentSeq, ProjectId, SearchKey, Timestamp};

/// How far a project's payments have keys.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Mark {
    /// The last payment that has.
    pub created_at: Timestamp,
    pub payment_seq: PaymentSeq,
    /// Until when payments made before and verified later have been looked for.
    pub verified_until: Timestamp,
}

/// A payment as it is given keys.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Indexed {
    pub payment_seq: PaymentSeq,
    pub created_at: Timestamp,
    pub store_order_id: Option<String>,
    pub purchase_token: Option<String>,
    pub user_channel: String,
    pub user_key: String,
}

/// A key and what it leads to.
pub struct NewKey<'a> {
    pub part: Part,
    pub key: SearchKey,
    pub found: &'a str,
    pub channel: &'a str,
}

/// All projects. A worker's query.
pub async fn list_projects(tx: &mut Tx) -> Result<Vec<ProjectId>> {
    const SQL: &str = "SELECT id FROM projects ORDER BY id";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).fetch_all(c).await?))
}

/// The project's mark; none before its first payments have keys.
pub async fn find_mark(tx: &mut Tx, project: &ProjectId) -> Result<Option<Mark>> {
    const SQL: &str = "SELECT created_at, payment_seq, verified_until FROM search_marks WHERE project_id = $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).fetch_optional(c).await?))
}

/// The payments after a mark that were made before a moment, oldest first.
pub async fn list_to_index(
    tx: &mut Tx,
    project: &ProjectId,
    after: (Timestamp, &PaymentSeq),
    before: Timestamp,
    limit: i64,
) -> Result<Vec<Indexed>> {
    const SQL: &str = "SELECT payment_seq, created_at, store_order_id, purchase_token, user_channel, user_key FROM payments
         WHERE project_id = $1 AND (created_at, payment_seq) > ($2, $3) AND created_at < $4
         ORDER BY created_at, payment_seq LIMIT $5";
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(after.0).bind(after.1).bind(before).bind(limit).fetch_all(c).await?)
    })
}

/// The payments made within a time and verified within another, after a number.
pub async fn list_verified_later(
    tx: &mut Tx,
    project: &ProjectId,
    (from, to): (Timestamp, Timestamp),
    (verified_from, verified_to): (Timestamp, Timestamp),
    limit: i64,
) -> Result<Vec<Indexed>> {
    const SQL: &str = "SELECT payment_seq, created_at, store_order_id, purchase_token, user_channel, user_key FROM payments
         WHERE project_id = $1 AND created_at >= $2 AND created_at <= $3 AND verified_at >= $4 AND verified_at < $5 LIMIT $6";
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(from).bind(to).bind(verified_from).bind(verified_to).bind(limit)
            .fetch_all(c).await?)
    })
}

/// The other numbers of payments, each with its payment's; those by which only the ledger knows them are left out.
pub async fn list_other_ids(tx: &mut Tx, seqs: &[&str]) -> Result<Vec<(String, String)>> {
    const SQL: &str = "SELECT i.payment_seq, i.other_id FROM {rows} JOIN payment_ids i ON i.payment_seq = given.column1
         WHERE substr(i.other_id, 1, 7) <> 'period:'";
    if seqs.is_empty() {
        return Ok(Vec::new());
    }
    bulk::fetch(tx, (SQL, seqs.iter().map(|seq| [Value::from(*seq)]).collect())).await
}

/// Whether a key leads to something already.
pub async fn has_key(tx: &mut Tx, project: &ProjectId, new: &NewKey<'_>) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM search_keys WHERE project_id = $1 AND part = $2 AND key_start = $3 AND key_rest = $4
         AND ref = $5 AND ref_channel = $6 LIMIT 1";
    let found: Option<i32> = on!(tx, c => {
        sqlx::query_scalar(SQL).bind(project).bind(new.part.as_str()).bind(new.key.start).bind(new.key.rest).bind(new.found)
            .bind(new.channel).fetch_optional(c).await?
    });
    Ok(found.is_some())
}

/// Adds keys.
pub async fn insert_keys(tx: &mut Tx, project: &ProjectId, keys: &[NewKey<'_>]) -> Result<()> {
    const SQL: &str = "INSERT INTO search_keys (project_id, part, key_start, key_rest, ref, ref_channel) SELECT * FROM {rows}";
    let row = |new: &NewKey<'_>| -> [Value<'_>; 6] {
        let SearchKey { start, rest } = new.key;
        [
            project.as_str().into(),
            new.part.as_str().into(),
            start.into(),
            rest.into(),
            Value::Text(Some(new.found.to_owned().into())),
            Value::Text(Some(new.channel.to_owned().into())),
        ]
    };
    bulk::execute(tx, &[(SQL, keys.iter().map(row).collect())]).await
}

/// Moves a project's mark on; false when another worker did.
pub async fn move_mark(tx: &mut Tx, project: &ProjectId, from: Option<&Mark>, to: &Mark) -> Result<bool> {
    const FIRST: &str = "INSERT INTO search_marks (project_id, created_at, payment_seq, verified_until) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING";
    const NEXT: &str = "UPDATE search_marks SET created_at = $2, payment_seq = $3, verified_until = $4
         WHERE project_id = $1 AND created_at = $5 AND payment_seq = $6 AND verified_until = $7";
    on!(tx, c => {
        let query = sqlx::query(if from.is_some() { NEXT } else { FIRST });
        let query = query.bind(project).bind(to.created_at).bind(&to.payment_seq).bind(to.verified_until);
        let query = match from {
            Some(from) => query.bind(from.created_at).bind(&from.payment_seq).bind(from.verified_until),
            None => query,
        };
        Ok(query.execute(c).await?.rows_affected() == 1)
    })
}
