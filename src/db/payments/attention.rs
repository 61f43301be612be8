//! How many payments need a person.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Attention, ProjectId};

/// What `Payment::attention` says, in the words of the indexes `payments_finish_failed` and `payments_provisional`.
pub(super) const fn condition(attention: Attention) -> &'static str {
    match attention {
        Attention::FinishFailed => "finish = 'FAILED' AND status = 'SUCCESS' AND handled_at IS NULL",
        Attention::Unconfirmed => {
            "provisional_since IS NOT NULL AND status || '' = 'REFUND' AND refunded_by = 'SYSTEM' AND (consumed_at IS NOT NULL OR reopened_at IS NOT NULL)
                 AND handled_at IS NULL"
        }
        Attention::Provisional => {
            "provisional_since IS NOT NULL AND status || '' = 'SUCCESS' AND finish || '' <> 'FAILED' AND handled_at IS NULL"
        }
    }
}

/// How many payments need a person for a reason, over all projects. A worker's query.
pub async fn count_attention(tx: &mut Tx, attention: Attention) -> Result<i64> {
    let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM payments WHERE {}", condition(attention));
    // Only our own fragments are in the text.
    on!(tx, c => Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(c).await?))
}

/// The same for one project.
pub async fn count_attention_of_project(tx: &mut Tx, project: &ProjectId, attention: Attention) -> Result<i64> {
    let sql = format!("SELECT CAST(COUNT(*) AS BIGINT) FROM payments WHERE project_id = $1 AND {}", condition(attention));
    on!(tx, c => Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(project).fetch_one(c).await?))
}
