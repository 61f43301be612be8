//! Planning a job.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{ProjectId, Timestamp};

/// A job to be done.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    pub kind: &'a str,
    /// Of a kind there is one job for each subject.
    pub subject: &'a str,
    pub project: &'a ProjectId,
    /// JSON.
    pub data: &'a str,
    pub due_at: Timestamp,
    pub deadline: Option<Deadline>,
}

/// When a job is of no use any more, and how long before people are told.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    pub at: Timestamp,
    pub alarm_at: Timestamp,
}

/// Makes a job known and due no later than `due_at`; what it keeps stays.
pub async fn ensure(tx: &mut Tx, new: &NewJob<'_>, at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO jobs (kind, subject, project_id, data, due_at, leased_until, attempts, created_at, updated_at,
             deadline_at, alarm_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $6, $7, $8)
         ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at
         WHERE jobs.due_at IS NULL OR jobs.due_at > excluded.due_at";
    let (deadline_at, alarm_at) = (new.deadline.map(|deadline| deadline.at.0), new.deadline.map(|deadline| deadline.alarm_at.0));
    on!(tx, c => {
        sqlx::query(SQL).bind(new.kind).bind(new.subject).bind(new.project).bind(new.data).bind(new.due_at).bind(at)
            .bind(deadline_at).bind(alarm_at).execute(c).await?;
    });
    Ok(())
}
