//! The newest payments and subscriptions, looked through one by one.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{PaymentSeq, ProjectId, Timestamp};

/// The ids of a payment.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Newest {
    pub payment_seq: PaymentSeq,
    pub store_order_id: Option<String>,
    pub purchase_token: Option<String>,
    pub user_channel: String,
    pub user_key: String,
}

/// Payments made at or after a moment, newest first.
pub async fn list_newest(tx: &mut Tx, project: &ProjectId, since: Timestamp, limit: i64) -> Result<Vec<Newest>> {
    const SQL: &str = "SELECT payment_seq, store_order_id, purchase_token, user_channel, user_key FROM payments
         WHERE project_id = $1 AND created_at >= $2 ORDER BY created_at DESC, payment_seq DESC LIMIT $3";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(since).bind(limit).fetch_all(c).await?))
}

/// Payments made within a time and verified at or after another: answered by the index of payments by time alone.
pub async fn list_verified_since(
    tx: &mut Tx,
    project: &ProjectId,
    (from, to): (Timestamp, Timestamp),
    verified_from: Timestamp,
    limit: i64,
) -> Result<Vec<PaymentSeq>> {
    const SQL: &str = "SELECT payment_seq FROM payments
         WHERE project_id = $1 AND created_at >= $2 AND created_at < $3 AND verified_at >= $4
         ORDER BY created_at DESC, payment_seq DESC LIMIT $5";
    on!(tx, c => {
        Ok(sqlx::query_scalar(SQL).bind(project).bind(from).bind(to).bind(verified_from).bind(limit).fetch_all(c).await?)
    })
}

/// Those of the newest `scanned` payments whose order or number has a text in its middle: digits and small letters, without the
/// marks between them.
pub async fn scan_newest(tx: &mut Tx, project: &ProjectId, text: &str, scanned: i64, limit: i64) -> Result<Vec<PaymentSeq>> {
    const SQL: &str = "SELECT payment_seq FROM (
             SELECT payment_seq, store_order_id FROM payments WHERE project_id = $1
             ORDER BY created_at DESC, payment_seq DESC LIMIT $3) AS newest
         WHERE lower(replace(replace(store_order_id, '-', ''), '.', '')) LIKE $2 OR payment_seq LIKE $2 LIMIT $4";
    let like = format!("%{text}%");
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).bind(like).bind(scanned).bind(limit).fetch_all(c).await?))
}

/// The numbers of the newest subscriptions with the store's ids of them.
pub async fn list_newest_subscriptions(tx: &mut Tx, project: &ProjectId, limit: i64) -> Result<Vec<(String, String)>> {
    const SQL: &str = "SELECT subscription_id, chain_id FROM subscriptions WHERE project_id = $1 AND moved_to IS NULL
         ORDER BY started_at DESC, subscription_id DESC LIMIT $2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(limit).fetch_all(c).await?))
}
