//! Things by an exact id, one index probe for each kind.

use std::sync::LazyLock;

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, MatchField, ProjectId};

const APPS: &str = "app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)";

/// A thing that has an id: what of it the id is, and its own number.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExactHit {
    pub field: MatchField,
    /// The payment's, subscription's or notification's number, or the user's key.
    pub found: String,
    /// The user's channel.
    pub channel: String,
}

/// The text is the same each time, so that it is prepared once; `|| ''` as in `db::payments`.
static EXACT: LazyLock<String> = LazyLock::new(|| {
    let part = |field: &str, column: &str, rest: &str| {
        format!("SELECT * FROM (SELECT '{field}' AS field, {column} AS found, '' AS channel FROM {rest} LIMIT 20) AS of_{field}")
    };
    let payments = |field: &str, condition: &str| {
        part(field, "payment_seq", &format!("payments WHERE {APPS} AND {condition} ORDER BY created_at DESC, payment_seq DESC"))
    };
    let of_moved = format!(
        "subscriptions WHERE {APPS} AND chain_id IN (
             SELECT moved_to FROM subscriptions WHERE {APPS} AND chain_id = $2 AND moved_to IS NOT NULL
             UNION ALL SELECT next_chain_id FROM moved_chains WHERE {APPS} AND chain_id = $2)"
    );
    let notifications = format!("store_notifications WHERE {APPS} AND dedupe_key = lower($2)");
    [
        part("PAYMENT_SEQ", "payment_seq", "payments WHERE payment_seq = $2 AND project_id || '' = $1"),
        payments("STORE_ORDER_ID", "store_order_id = $2"),
        payments("ORIGINAL_ORDER_ID", "original_order_id = $2"),
        payments("PURCHASE_TOKEN", "purchase_token = $2"),
        part("OTHER_ID", "payment_seq", &format!("payment_ids WHERE {APPS} AND other_id = $2")),
        part("PERIOD_ID", "payment_seq", &format!("payment_ids WHERE {APPS} AND other_id = 'period:' || $2")),
        part("SUBSCRIPTION_ID", "subscription_id", "subscriptions WHERE subscription_id = $2 AND project_id || '' = $1"),
        part("CHAIN_ID", "subscription_id", &format!("subscriptions WHERE {APPS} AND chain_id = $2 AND moved_to IS NULL")),
        part("CHAIN_ID", "subscription_id", &of_moved),
        part("NOTIFICATION_ID", "CAST(notice_no AS TEXT)", &notifications),
        "SELECT 'ACCOUNT_TOKEN', user_key, user_channel FROM users WHERE project_id = $1 AND account_token = lower($2)"
            .to_owned(),
        OF_USER.to_owned(),
    ]
    .join(" UNION ALL ")
});

/// The users of a key: in the usual channel, and in those of its newest payments.
const OF_USER: &str = "SELECT 'USER_KEY' AS field, user_key AS found, user_channel AS channel FROM users
         WHERE project_id = $1 AND user_channel = 'GF' AND user_key = $2
     UNION ALL SELECT * FROM (SELECT 'USER_KEY' AS field, user_key AS found, user_channel AS channel FROM payments
         WHERE project_id = $1 AND user_key = $2 ORDER BY created_at DESC, payment_seq DESC LIMIT 20) AS of_user";

/// What has this id. Of a kind that many things share, the newest 20.
pub async fn find_exact(tx: &mut Tx, project: &ProjectId, id: &str) -> Result<Vec<ExactHit>> {
    on!(tx, c => Ok(sqlx::query_as(EXACT.as_str()).bind(project).bind(id).fetch_all(c).await?))
}

/// The users of this key, in any channel they bought in.
pub async fn find_users(tx: &mut Tx, project: &ProjectId, key: &str) -> Result<Vec<ExactHit>> {
    on!(tx, c => Ok(sqlx::query_as(OF_USER).bind(project).bind(key).fetch_all(c).await?))
}

/// What the store said of the paid period of an id of its own, which the ledger keeps it under.
pub async fn list_periods(tx: &mut Tx, project: &ProjectId, id: &str) -> Result<Vec<(AppSeq, String)>> {
    const SQL: &str = "SELECT app_seq, snapshot FROM store_snapshots
         WHERE app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1) AND kind = 'PURCHASE' AND snapshot_id = 'period:' || $2
         LIMIT 20";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(id).fetch_all(c).await?))
}
