//! The inbox of store notifications: kept raw once per app, claimed by workers, removed long after they were applied.

use super::queue::{Lease, LeasedTable, leased_table};
use super::{Tx, next_row_id, on};
use crate::error::Result;
use crate::model::{
    AppSeq, Environment, NotificationNo, NotificationSource, NotificationStatus, ProjectId, StoreCode, StoreNotification,
    Timestamp,
};

pub use list::{list, list_of_chain, list_of_payment};

macro_rules! columns {
    () => {
        "notice_no, app_seq, store, environment, dedupe_key, kind, subtype, order_id, chain_id, source, status, effect, reason, \
         signed_at, received_at, applied_at, attempts, due_at"
    };
}

mod list;

/// A notification that was authenticated.
pub struct NewNotification<'a> {
    pub project: &'a ProjectId,
    pub app: AppSeq,
    pub store: StoreCode,
    pub environment: Environment,
    pub dedupe_key: &'a str,
    pub kind: &'a str,
    pub subtype: Option<&'a str>,
    pub order_id: Option<&'a str>,
    pub chain_id: Option<&'a str>,
    pub source: NotificationSource,
    pub payload: &'a str,
    pub signed_at: Timestamp,
    pub at: Timestamp,
}

/// Puts a notification into the inbox, due at once; false when the app has it.
pub async fn insert(tx: &mut Tx, new: &NewNotification<'_>) -> Result<bool> {
    const SQL: &str = "INSERT INTO store_notifications (notice_no, project_id, app_seq, store, environment, dedupe_key, kind,
             subtype, order_id, chain_id, source, status, payload, signed_at, received_at, attempts, due_at, leased_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'WAITING', $12, $13, $14, 0, $14, 0)
         ON CONFLICT (app_seq, dedupe_key) DO NOTHING";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(next_row_id(new.at)).bind(new.project).bind(new.app).bind(new.store)
            .bind(new.environment).bind(new.dedupe_key).bind(new.kind).bind(new.subtype).bind(new.order_id)
            .bind(new.chain_id).bind(new.source).bind(new.payload).bind(new.signed_at).bind(new.at)
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// A notification in a worker's hands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Claimed {
    pub notice_no: i64,
    pub project_id: String,
    pub app_seq: i64,
    pub payload: String,
    pub source: String,
    pub attempts: i64,
    pub received_at: i64,
}

const TABLE: LeasedTable = leased_table! {
    table: "store_notifications",
    key: "notice_no",
    kind: "app_seq = CAST($6 AS BIGINT)",
    set: ", attempts = attempts + 1",
    written: "attempts = 0 AND received_at",
    returning: "notice_no, project_id, app_seq, payload, source, attempts, received_at",
    picked: first,
    wait_millis_max: Some(12 * Timestamp::HOUR)
};

macro_rules! list_due_apps {
    ($head:literal) => {
        concat!(
            "WITH RECURSIVE waiting (app_seq) AS (
                 SELECT MIN(app_seq) FROM store_notifications WHERE due_at IS NOT NULL
                 UNION ALL
                 SELECT (SELECT MIN(n.app_seq) FROM store_notifications n WHERE n.due_at IS NOT NULL AND n.app_seq > waiting.app_seq)
                 FROM waiting WHERE waiting.app_seq IS NOT NULL)
             SELECT app_seq FROM (
                 SELECT app_seq, (SELECT n.due_at FROM store_notifications n WHERE n.app_seq = waiting.app_seq AND ",
            $head,
            " ORDER BY n.due_at LIMIT 1) AS head
                 FROM waiting WHERE app_seq IS NOT NULL) AS heads
             WHERE head IS NOT NULL ORDER BY head, app_seq LIMIT $2"
        )
    };
}

/// Apps with notifications that are due and in nobody's hands, the one whose first has been due longest first. A thorough lease
/// finds every app with any that wait. A worker's query, over all projects.
pub async fn list_due_apps(tx: &mut Tx, lease: &Lease, limit: i64) -> Result<Vec<AppSeq>> {
    const QUICK: &str = list_due_apps!("n.due_at <= $1 AND n.leased_until <= $1");
    const THOROUGH: &str = list_due_apps!("n.due_at IS NOT NULL AND $1 IS NOT NULL");
    let sql = if lease.is_thorough { THOROUGH } else { QUICK };
    on!(tx, c => Ok(sqlx::query_scalar(sql).bind(lease.at).bind(limit).fetch_all(c).await?))
}

/// Takes notifications of an app that are due and in nobody's hands, oldest first. A worker's query, over all projects.
pub async fn claim(tx: &mut Tx, app: AppSeq, lease: &Lease, limit: i64) -> Result<Vec<Claimed>> {
    TABLE.claim(tx, &app.to_string(), lease, limit).await
}

/// Closes a notification; false when the lease is no longer ours, so that its effect must be undone with it.
pub async fn mark_done(
    tx: &mut Tx,
    no: NotificationNo,
    lease: &str,
    status: NotificationStatus,
    effect: &str,
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE store_notifications SET status = $3, effect = $4, reason = NULL, applied_at = $5, due_at = NULL,
             lease = NULL, leased_until = 0
         WHERE notice_no = $1 AND lease = $2 AND due_at IS NOT NULL";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(no).bind(lease).bind(status).bind(effect).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Puts a notification back that could not be applied: to be tried at `due_at`, or dead.
pub async fn mark_failed(tx: &mut Tx, no: NotificationNo, lease: &str, reason: &str, due_at: Option<Timestamp>) -> Result<bool> {
    const SQL: &str = "UPDATE store_notifications SET status = $3, reason = $4, due_at = $5, lease = NULL, leased_until = 0
         WHERE notice_no = $1 AND lease = $2 AND due_at IS NOT NULL";
    let status = if due_at.is_some() { NotificationStatus::Waiting } else { NotificationStatus::Dead };
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(no).bind(lease).bind(status).bind(reason).bind(due_at)
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Makes a dead or waiting notification due at once, with its tries counted anew; false when it is neither.
pub async fn mark_due(tx: &mut Tx, project: &ProjectId, no: NotificationNo, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE store_notifications SET status = 'WAITING', due_at = $3, attempts = 0
         WHERE project_id = $1 AND notice_no = $2 AND status IN ('DEAD', 'WAITING') AND leased_until <= $3";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(no).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Removes notifications of a project that came before a moment and were done with, at most `limit` of a status at a time; how many.
/// What was not applied stays.
pub async fn delete_done(
    tx: &mut Tx,
    project: &ProjectId,
    status: NotificationStatus,
    before: Timestamp,
    limit: i64,
) -> Result<u64> {
    const SQL: &str = "DELETE FROM store_notifications WHERE applied_at IS NOT NULL AND due_at IS NULL AND notice_no IN (
             SELECT notice_no FROM store_notifications WHERE project_id = $1 AND status = $2 AND received_at < $3
             ORDER BY received_at, notice_no LIMIT $4)";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(status).bind(before).bind(limit).execute(c).await?;
        Ok(done.rows_affected())
    })
}

pub async fn find(tx: &mut Tx, project: &ProjectId, no: NotificationNo) -> Result<Option<StoreNotification>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM store_notifications WHERE notice_no = $2 AND project_id = $1");
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(no).fetch_optional(c).await?))
}

/// The notification as the store sent it.
pub async fn find_payload(tx: &mut Tx, project: &ProjectId, no: NotificationNo) -> Result<Option<String>> {
    const SQL: &str = "SELECT payload FROM store_notifications WHERE notice_no = $2 AND project_id = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).bind(no).fetch_optional(c).await?))
}
