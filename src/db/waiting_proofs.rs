//! Proofs that wait for their store, worked by whichever process takes the lease.

use super::due::{self, is_ready};
use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, ProjectId, Timestamp};

/// A proof to be verified later.
#[derive(Debug, Clone)]
pub struct NewWaiting<'a> {
    pub id: &'a str,
    pub project: &'a ProjectId,
    pub app_seq: AppSeq,
    pub payment_seq: Option<&'a str>,
    pub user_channel: &'a str,
    pub user_key: &'a str,
    /// JSON.
    pub proof: &'a str,
    pub due_at: Timestamp,
}

/// A proof in a worker's hands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    pub id: String,
    pub project_id: String,
    pub app_seq: i64,
    pub payment_seq: Option<String>,
    pub user_channel: String,
    pub user_key: String,
    pub proof: String,
    pub created_at: i64,
    pub attempts: i64,
}

/// Keeps a proof; false when it waits already, or the project has as many waiting as it may.
pub async fn insert(tx: &mut Tx, new: &NewWaiting<'_>, waiting_max: i64, at: Timestamp) -> Result<bool> {
    const SQL: &str =
        "INSERT INTO waiting_proofs (id, project_id, app_seq, payment_seq, user_channel, user_key, proof, created_at,
             due_at, attempts, leased_until)
         SELECT $1, $2, CAST($3 AS BIGINT), $4, $5, $6, $7, CAST($8 AS BIGINT), CAST($9 AS BIGINT), 0, 0
         WHERE (SELECT COUNT(*) FROM (SELECT 1 FROM waiting_proofs WHERE project_id = $2 LIMIT $10) AS waiting)
             < CAST($10 AS BIGINT)
         ON CONFLICT DO NOTHING";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(new.id).bind(new.project.as_str()).bind(new.app_seq.0).bind(new.payment_seq)
            .bind(new.user_channel).bind(new.user_key).bind(new.proof).bind(at.0).bind(new.due_at.0).bind(waiting_max)
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// The longest pause between two tries.
const DUE_MILLIS_MAX: i64 = Timestamp::HOUR;

macro_rules! ready {
    () => {
        is_ready!("attempts = 0 AND created_at", "$2", "$4", "$5", "$6")
    };
}

/// Takes one proof that is due and in nobody's hands. A worker's query, over all projects.
pub async fn claim(tx: &mut Tx, lease: &str, now: Timestamp, until: Timestamp) -> Result<Option<Waiting>> {
    const SQL: &str = concat!(
        "UPDATE waiting_proofs SET lease = $1, leased_until = $3, attempts = attempts + 1 WHERE ",
        ready!(),
        " AND id IN (SELECT id FROM waiting_proofs WHERE ",
        ready!(),
        " ORDER BY due_at LIMIT 1)
         RETURNING id, project_id, app_seq, payment_seq, user_channel, user_key, proof, created_at, attempts"
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(lease).bind(now.0).bind(until.0).bind(due::future(now))
            .bind(due::too_far(now, DUE_MILLIS_MAX)).bind(due::lease_too_far(until)).fetch_optional(c).await?)
    })
}

/// Puts a proof back to wait on; nothing when the lease is no longer ours.
pub async fn put_back(tx: &mut Tx, id: &str, lease: &str, due_at: Timestamp, error: &str) -> Result<()> {
    const SQL: &str = "UPDATE waiting_proofs SET due_at = $3, last_error = $4, lease = NULL, leased_until = 0
         WHERE id = $1 AND lease = $2";
    on!(tx, c => {
        sqlx::query(SQL).bind(id).bind(lease).bind(due_at.0).bind(error).execute(c).await?;
    });
    Ok(())
}

/// Forgets a proof that got its answer.
pub async fn delete(tx: &mut Tx, id: &str, lease: &str) -> Result<()> {
    const SQL: &str = "DELETE FROM waiting_proofs WHERE id = $1 AND lease = $2";
    on!(tx, c => {
        sqlx::query(SQL).bind(id).bind(lease).execute(c).await?;
    });
    Ok(())
}

/// How many of a project's proofs wait.
pub async fn count(tx: &mut Tx, project: &ProjectId) -> Result<i64> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM waiting_proofs WHERE project_id = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project.as_str()).fetch_one(c).await?))
}
