//! Work that is done by whichever process takes its lease.

mod plan;

use super::queue::{Lease, LeasedTable, leased_table};
use super::{Tx, bulk, on};
use crate::error::Result;
use crate::model::{JobAlarm, ProjectId, Timestamp};

pub use plan::{Deadline, NewJob, ensure};

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

const TABLE: LeasedTable = leased_table! {
    table: "jobs",
    key: "subject",
    kind: "kind = $6",
    set: ", attempts = attempts + 1, updated_at = $2",
    written: "updated_at",
    returning: "kind, subject, project_id, data, attempts, created_at",
    picked: first,
    wait_millis_max: Some(Timestamp::DAY)
};

/// Takes jobs of a kind that are due and in nobody's hands. A worker's query, over all projects.
pub async fn claim(tx: &mut Tx, kind: &str, lease: &Lease, limit: i64) -> Result<Vec<Claimed>> {
    TABLE.claim(tx, kind, lease, limit).await
}

/// The alarms of all projects, for whoever runs the server.
pub async fn list_alarms(tx: &mut Tx, now: Timestamp) -> Result<Vec<JobAlarm>> {
    const SQL: &str = "SELECT kind, CAST(COUNT(*) AS BIGINT) AS count, MIN(deadline_at) AS deadline_at FROM jobs
         WHERE alarm_at <= $1 AND due_at IS NOT NULL GROUP BY kind ORDER BY kind";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(now).fetch_all(c).await?))
}

/// The alarms of one project.
pub async fn list_alarms_of_project(tx: &mut Tx, project: &ProjectId, now: Timestamp) -> Result<Vec<JobAlarm>> {
    const SQL: &str = "SELECT kind, CAST(COUNT(*) AS BIGINT) AS count, MIN(deadline_at) AS deadline_at FROM jobs
         WHERE project_id = $2 AND alarm_at <= $1 AND due_at IS NOT NULL GROUP BY kind ORDER BY kind";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(now).bind(project).fetch_all(c).await?))
}

/// The alarm of one job, if its deadline is near.
pub async fn find_alarm(tx: &mut Tx, project: &ProjectId, kind: &str, subject: &str, now: Timestamp) -> Result<Option<JobAlarm>> {
    const SQL: &str = "SELECT kind, CAST(1 AS BIGINT) AS count, deadline_at FROM jobs
         WHERE kind = $3 AND subject = $4 AND project_id = $2 AND alarm_at <= $1 AND due_at IS NOT NULL AND deadline_at IS NOT NULL";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(now).bind(project).bind(kind).bind(subject).fetch_optional(c).await?))
}

/// Until when the jobs of a kind about some subjects have to be done, those that wait and have a deadline.
pub async fn list_deadlines(tx: &mut Tx, project: &ProjectId, kind: &str, subjects: &[&str]) -> Result<Vec<(String, Timestamp)>> {
    const SQL: &str =
        "SELECT j.subject, j.deadline_at FROM {rows} JOIN jobs j ON j.kind = given.column1 AND j.subject = given.column2
         WHERE j.project_id || '' = given.column3 AND j.due_at IS NOT NULL AND j.deadline_at IS NOT NULL";
    let asked = subjects.iter().map(|subject| [kind.into(), (*subject).into(), project.as_str().into()]).collect();
    bulk::fetch(tx, (SQL, asked)).await
}

/// How a job is put back.
#[derive(Debug, Clone, Copy)]
pub struct Released<'a> {
    /// What it keeps.
    pub data: &'a str,
    pub error: Option<&'a str>,
    /// When it runs next; none when it is over.
    pub due_at: Option<Timestamp>,
}

/// Puts a job back; false when the lease is no longer ours. Its tries are counted anew after a success.
pub async fn release(tx: &mut Tx, claimed: &Claimed, lease: &str, released: Released<'_>, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE jobs SET data = $4, last_error = $5, due_at = $6, lease = NULL, leased_until = 0, updated_at = $7,
             attempts = CASE WHEN $5 IS NULL THEN 0 ELSE attempts END
         WHERE kind = $1 AND subject = $2 AND lease = $3";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(&claimed.kind).bind(&claimed.subject).bind(lease).bind(released.data)
            .bind(released.error).bind(released.due_at).bind(at).execute(c).await?;
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
