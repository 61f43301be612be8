//! Things by the beginning or end of an id's normal form. What a key finds is compared again: keys hold 24 characters.

use crate::db::bulk::{self, Value};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Normal, ProjectId, SearchKey};

/// Which part of whose id a key is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A payment's id from its first character, or from the first of one of its groups.
    PaymentHead,
    /// A payment's id from its last character backwards.
    PaymentTail,
    UserHead,
    UserTail,
}

impl Part {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PaymentHead => "PH",
            Self::PaymentTail => "PT",
            Self::UserHead => "UH",
            Self::UserTail => "UT",
        }
    }
}

/// What a key leads to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Candidate {
    /// The payment's number, or the user's key.
    #[sqlx(rename = "ref")]
    pub found: String,
    /// The user's channel; empty for payments.
    #[sqlx(rename = "ref_channel")]
    pub channel: String,
}

/// What begins with a normal form, at most `limit`.
pub async fn list_by_key(tx: &mut Tx, project: &ProjectId, part: Part, start: &Normal, limit: i64) -> Result<Vec<Candidate>> {
    const SQL: &str = "SELECT ref, ref_channel FROM search_keys WHERE project_id = $1 AND part = $2
           AND key_start >= $3 AND key_start <= $4 AND key_rest >= $5 AND key_rest <= $6 ORDER BY key_start, key_rest LIMIT $7";
    let (first, last) = (start.key(), start.last_key());
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(part.as_str()).bind(first.start).bind(last.start).bind(first.rest)
            .bind(last.rest).bind(limit).fetch_all(c).await?)
    })
}

/// What has one of these keys, of which there may be many; at most `limit`.
pub async fn list_by_keys(
    tx: &mut Tx,
    project: &ProjectId,
    part: Part,
    keys: &[SearchKey],
    limit: usize,
) -> Result<Vec<Candidate>> {
    const SQL: &str = "SELECT k.ref, k.ref_channel FROM {rows} JOIN search_keys k ON k.project_id = given.column1
         AND k.part = given.column2 AND k.key_start = given.column3 AND k.key_rest = given.column4";
    let row = |key: &SearchKey| -> [Value<'_>; 4] {
        [project.as_str().into(), part.as_str().into(), key.start.into(), key.rest.into()]
    };
    let mut found: Vec<Candidate> = bulk::fetch(tx, (SQL, keys.iter().map(row).collect())).await?;
    found.truncate(limit);
    Ok(found)
}
