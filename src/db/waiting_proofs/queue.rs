//! Working off the proofs that wait, fairly among projects, apps and callers.

use crate::db::due::{self, is_ready, is_ready_or_held_up};
use crate::db::queue::{Lease, LeasedTable, leased_table};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, PaymentSeq, ProjectId, Timestamp};

/// A proof in a worker's hands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    pub id: String,
    pub project_id: ProjectId,
    pub app_seq: AppSeq,
    pub payment_seq: Option<PaymentSeq>,
    pub user_channel: String,
    pub user_key: String,
    pub is_server: bool,
    pub proof: String,
    pub created_at: Timestamp,
    pub attempts: i64,
}

/// The longest pause between two tries.
const WAIT_MILLIS_MAX: i64 = Timestamp::HOUR;

const TABLE: LeasedTable = leased_table! {
    table: "waiting_proofs",
    key: "id",
    kind: "$6 = ''",
    set: ", attempts = attempts + 1",
    // A row that was not tried yet is due soon after it was written.
    written: "attempts = 0 AND created_at",
    returning: "id, project_id, app_seq, payment_seq, user_channel, user_key, is_server, proof, created_at, attempts",
    picked: key,
    wait_millis_max: Some(WAIT_MILLIS_MAX)
};

macro_rules! list_due {
    ($($ready:tt)+) => {
        concat!(
            "SELECT id, app_seq FROM (
                 SELECT id, app_seq, place, ROW_NUMBER() OVER (PARTITION BY project_id ORDER BY place, app_seq) AS round FROM (
                     SELECT id, project_id, app_seq,
                         ROW_NUMBER() OVER (PARTITION BY app_seq ORDER BY place, is_server DESC, id) AS place
                     FROM (
                         SELECT id, project_id, app_seq, is_server,
                             ROW_NUMBER() OVER (PARTITION BY app_seq, is_server ORDER BY place, due_at, id) AS place
                         FROM (
                             SELECT id, project_id, app_seq, is_server, due_at,
                                 ROW_NUMBER() OVER (PARTITION BY app_seq, is_server, caller_group ORDER BY due_at, id) AS place
                             FROM waiting_proofs WHERE ",
            $($ready)+,
            ") AS of_caller
                         WHERE place <= $2) AS of_side
                     WHERE place <= $2) AS of_app
                 WHERE place <= $2) AS of_project
             ORDER BY round, place, id LIMIT $3"
        )
    };
}

/// Proofs that are due and in nobody's hands, with their apps: projects take turns, in each its apps, in each app game servers
/// and apps, and in each of those the callers. At most `of_app_max` of one app. A worker's query, over all projects.
pub async fn list_due(tx: &mut Tx, lease: &Lease, of_app_max: i64, limit: i64) -> Result<Vec<(String, AppSeq)>> {
    const QUICK: &str = list_due!(is_ready!("due_at", "$1", "$1"));
    const THOROUGH: &str = list_due!(is_ready_or_held_up!("due_at", "attempts = 0 AND created_at", "$1", "$1", "$4", "$5", "$6"));
    let (now, sql) = (lease.at, if lease.is_thorough { THOROUGH } else { QUICK });
    on!(tx, c => {
        let query = sqlx::query_as(sql).bind(now).bind(of_app_max).bind(limit);
        let query = match lease.is_thorough {
            true => query.bind(due::future(now)).bind(due::too_far(now, WAIT_MILLIS_MAX)).bind(due::lease_too_far(lease.until)),
            false => query,
        };
        Ok(query.fetch_all(c).await?)
    })
}

/// Takes a proof that is due and in nobody's hands.
pub async fn claim(tx: &mut Tx, id: &str, lease: &Lease) -> Result<Option<Waiting>> {
    TABLE.claim_one(tx, id, lease).await
}

/// Puts a proof back to wait on; false when the lease is no longer ours.
pub async fn put_back(tx: &mut Tx, id: &str, lease: &str, due_at: Timestamp, error: &str) -> Result<bool> {
    const SQL: &str = "UPDATE waiting_proofs SET due_at = $3, last_error = $4, lease = NULL, leased_until = 0
         WHERE id = $1 AND lease = $2";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(id).bind(lease).bind(due_at).bind(error).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Forgets a proof that got its answer; false when the lease is no longer ours.
pub async fn delete(tx: &mut Tx, id: &str, lease: &str) -> Result<bool> {
    const SQL: &str = "DELETE FROM waiting_proofs WHERE id = $1 AND lease = $2";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(id).bind(lease).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// How many of a project's proofs wait.
pub async fn count(tx: &mut Tx, project: &ProjectId) -> Result<i64> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM waiting_proofs WHERE project_id = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).fetch_one(c).await?))
}
