//! What a project's operators watch, app by app, over a span of time; each query looks at a bounded number of rows.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, NotificationStatus, ProjectId, RefusalCode, Timestamp};

/// The newest so many rows are looked at.
const ROWS_MAX: i64 = 50_000;

/// How many there are of something in one app, and when the last one was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Seen {
    pub app_seq: AppSeq,
    pub count: i64,
    pub last_at: Timestamp,
}

/// The payments of an app that were refused for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Refused {
    pub app_seq: AppSeq,
    pub refusal: RefusalCode,
    pub count: i64,
    pub last_at: Timestamp,
}

/// The notifications of an app that have not been applied, and when the first of them came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Unapplied {
    pub app_seq: AppSeq,
    pub status: NotificationStatus,
    pub count: i64,
    pub first_at: Timestamp,
}

/// The payments that were paid since a moment.
pub async fn count_sales(tx: &mut Tx, project: &ProjectId, since: Timestamp) -> Result<Vec<Seen>> {
    const SQL: &str = "SELECT app_seq, CAST(COUNT(*) AS BIGINT) AS count, MAX(created_at) AS last_at FROM (
             SELECT app_seq, created_at FROM payments WHERE project_id = $1 AND status = 'SUCCESS' AND created_at >= $2
             ORDER BY created_at DESC LIMIT $3) AS sold
         GROUP BY app_seq";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(since).bind(ROWS_MAX).fetch_all(c).await?))
}

/// The notifications that came by themselves since a moment.
pub async fn count_notifications(tx: &mut Tx, project: &ProjectId, since: Timestamp) -> Result<Vec<Seen>> {
    const SQL: &str = "SELECT app_seq, CAST(COUNT(*) AS BIGINT) AS count, MAX(received_at) AS last_at FROM (
             SELECT app_seq, received_at FROM store_notifications WHERE project_id = $1 AND received_at >= $2
                 AND source = 'RECEIVED' ORDER BY received_at DESC LIMIT $3) AS received
         GROUP BY app_seq";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(since).bind(ROWS_MAX).fetch_all(c).await?))
}

/// The payments made since a moment that stand at FAILURE, by app and reason, the most frequent first.
pub async fn count_refused(tx: &mut Tx, project: &ProjectId, since: Timestamp) -> Result<Vec<Refused>> {
    const SQL: &str = "SELECT app_seq, refusal, CAST(COUNT(*) AS BIGINT) AS count, MAX(created_at) AS last_at FROM (
             SELECT app_seq, refusal, created_at FROM payments WHERE project_id = $1 AND status = 'FAILURE' AND created_at >= $2
             ORDER BY created_at DESC LIMIT $3) AS failed
         WHERE refusal IS NOT NULL GROUP BY app_seq, refusal ORDER BY 3 DESC, 1, 2 LIMIT 50";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(since).bind(ROWS_MAX).fetch_all(c).await?))
}

/// The notifications that wait or that were given up, by app.
pub async fn count_unapplied(tx: &mut Tx, project: &ProjectId) -> Result<Vec<Unapplied>> {
    const SQL: &str = "SELECT app_seq, status, CAST(COUNT(*) AS BIGINT) AS count, MIN(received_at) AS first_at FROM (
             SELECT app_seq, status, received_at FROM store_notifications WHERE project_id = $1 AND status IN ('WAITING', 'DEAD')
             LIMIT $2) AS unapplied
         GROUP BY app_seq, status ORDER BY 3 DESC, 1, 2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(ROWS_MAX).fetch_all(c).await?))
}
