//! Compatible calls, counted in small buckets of time.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{NhnCallCount, Timestamp};

/// One bucket of one project (empty when unknown), endpoint and outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Bucket {
    pub project_id: String,
    pub at: Timestamp,
    pub endpoint: String,
    pub outcome: i64,
}

/// Adds calls to a bucket.
pub async fn add(tx: &mut Tx, bucket: &Bucket, calls: i64) -> Result<()> {
    const SQL: &str = "INSERT INTO nhn_calls (project_id, bucket_at, endpoint, outcome, calls) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (project_id, bucket_at, endpoint, outcome) DO UPDATE SET calls = nhn_calls.calls + excluded.calls";
    on!(tx, c => {
        sqlx::query(SQL).bind(&bucket.project_id).bind(bucket.at).bind(&bucket.endpoint).bind(bucket.outcome).bind(calls)
            .execute(c).await?;
    });
    Ok(())
}

/// The counts of a project since `week`, and of these since `today`.
pub async fn list(tx: &mut Tx, project_id: &str, today: Timestamp, week: Timestamp) -> Result<Vec<NhnCallCount>> {
    const SQL: &str = "SELECT endpoint, outcome, CAST(SUM(CASE WHEN bucket_at >= $2 THEN calls ELSE 0 END) AS BIGINT),
             CAST(SUM(calls) AS BIGINT)
         FROM nhn_calls WHERE project_id = $1 AND bucket_at >= $3 GROUP BY endpoint, outcome ORDER BY endpoint, outcome";
    let rows: Vec<(String, i64, i64, i64)> =
        on!(tx, c => sqlx::query_as(SQL).bind(project_id).bind(today).bind(week).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(endpoint, outcome, today, week)| NhnCallCount { endpoint, outcome, today, week }).collect())
}

/// Forgets buckets from before a moment.
pub async fn delete_before(tx: &mut Tx, before: Timestamp) -> Result<()> {
    const SQL: &str = "DELETE FROM nhn_calls WHERE bucket_at < $1";
    on!(tx, c => {
        sqlx::query(SQL).bind(before).execute(c).await?;
    });
    Ok(())
}
