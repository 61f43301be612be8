//! What a user paid for and has not consumed.

use crate::db::payments::columns::{columns, gives_goods};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Payment, PaymentSeq, ProjectId, StoreCode};

/// Which of a user's unconsumed payments to list: of these stores (none means all), of this app.
#[derive(Debug, Clone, Copy, Default)]
pub struct Waiting<'a> {
    pub stores: &'a [StoreCode],
    pub app: Option<AppSeq>,
    /// LIVE ones only, and of these apps the others too; none means all.
    pub test_of: Option<&'a [AppSeq]>,
    /// The page starts after this payment.
    pub after: Option<&'a PaymentSeq>,
}

/// What the unconsumed list shows, in the words of the index `payments_unconsumed`.
pub const UNCONSUMED: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM payments WHERE project_id = $1 AND user_key = $2 AND user_channel = $3
           AND ($4 = '' OR $4 LIKE '%,' || store || ',%') AND app_seq BETWEEN $5 AND $6
           AND ($8 = '*' OR environment = 'LIVE' OR $8 LIKE '%,' || app_seq || ',%')
           AND payment_seq > $9 AND status = 'SUCCESS' AND consumed_at IS NULL AND ",
    gives_goods!(),
    "
         ORDER BY payment_seq LIMIT $7"
);

/// What waits to be consumed for a user, oldest first; at most `limit`.
pub async fn list_unconsumed(
    tx: &mut Tx,
    project: &ProjectId,
    user_channel: &str,
    user_key: &str,
    waiting: Waiting<'_>,
    limit: u32,
) -> Result<Vec<Payment>> {
    let stores: String = waiting.stores.iter().map(|store| format!(",{store},")).collect();
    let list = |apps: &[AppSeq]| apps.iter().map(|app| format!(",{app},")).collect::<String>();
    let test_of = waiting.test_of.map_or_else(|| "*".to_owned(), list);
    let (first, last) = waiting.app.map_or((0, i64::MAX), |app| (app.0, app.0));
    on!(tx, c => {
        Ok(sqlx::query_as(UNCONSUMED).bind(project).bind(user_key).bind(user_channel).bind(&stores).bind(first).bind(last)
            .bind(i64::from(limit)).bind(&test_of).bind(waiting.after.map_or("", PaymentSeq::as_str)).fetch_all(c).await?)
    })
}
