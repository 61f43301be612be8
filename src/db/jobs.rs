//! Work that is done by whichever process takes its lease.

use super::due::{self, is_ready};
use super::{Tx, on};
use crate::error::Result;
use crate::model::{ProjectId, Timestamp};

/// A job in a worker's hands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Claimed {
    pub kind: String,
    pub subject: String,
    pub project_id: String,
    /// JSON; what the job itself keeps from one time to the next.
    pub data: String,
    pub attempts: i64,
    pub created_at: i64,
}

/// Makes a job known and due no later than `due_at`; what it keeps stays.
pub async fn ensure(
    tx: &mut Tx,
    project: &ProjectId,
    (kind, subject): (&str, &str),
    data: &str,
    due_at: Timestamp,
    at: Timestamp,
) -> Result<()> {
    const SQL: &str = "INSERT INTO jobs (kind, subject, project_id, data, due_at, leased_until, attempts, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $6)
         ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at
         WHERE jobs.due_at IS NULL OR jobs.due_at > excluded.due_at";
    on!(tx, c => {
        sqlx::query(SQL).bind(kind).bind(subject).bind(project.as_str()).bind(data).bind(due_at.0).bind(at.0).execute(c).await?;
    });
    Ok(())
}

/// The longest a job waits for its next time.
const DUE_MILLIS_MAX: i64 = Timestamp::DAY;

macro_rules! ready {
    () => {
        is_ready!("updated_at", "$2", "$5", "$6", "$7")
    };
}

/// Takes one job of a kind that is due and in nobody's hands. A worker's query, over all projects.
pub async fn claim(tx: &mut Tx, kind: &str, lease: &str, now: Timestamp, until: Timestamp) -> Result<Option<Claimed>> {
    const SQL: &str = concat!(
        "UPDATE jobs SET lease = $1, leased_until = $3, attempts = attempts + 1, updated_at = $2 WHERE kind = $4 AND ",
        ready!(),
        " AND subject IN (SELECT subject FROM jobs WHERE kind = $4 AND ",
        ready!(),
        " ORDER BY due_at LIMIT 1)
         RETURNING kind, subject, project_id, data, attempts, created_at"
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(lease).bind(now.0).bind(until.0).bind(kind).bind(due::future(now))
            .bind(due::too_far(now, DUE_MILLIS_MAX)).bind(due::lease_too_far(until)).fetch_optional(c).await?)
    })
}

/// How a job ended this time.
#[derive(Debug, Clone, Copy)]
pub struct Outcome<'a> {
    /// What it keeps.
    pub data: &'a str,
    pub error: Option<&'a str>,
    /// When it runs next; none when it is over.
    pub due_at: Option<Timestamp>,
}

/// Puts a job back; false when the lease is no longer ours. Its tries are counted anew after a success.
pub async fn release(tx: &mut Tx, claimed: &Claimed, lease: &str, outcome: Outcome<'_>, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE jobs SET data = $4, last_error = $5, due_at = $6, lease = NULL, leased_until = 0, updated_at = $7,
             attempts = CASE WHEN $5 IS NULL THEN 0 ELSE attempts END
         WHERE kind = $1 AND subject = $2 AND lease = $3";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(&claimed.kind).bind(&claimed.subject).bind(lease).bind(outcome.data)
            .bind(outcome.error).bind(outcome.due_at.map(|at| at.0)).bind(at.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Takes a job away that is done with; false when the lease is no longer ours.
pub async fn delete(tx: &mut Tx, claimed: &Claimed, lease: &str) -> Result<bool> {
    const SQL: &str = "DELETE FROM jobs WHERE kind = $1 AND subject = $2 AND lease = $3";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(&claimed.kind).bind(&claimed.subject).bind(lease).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}
