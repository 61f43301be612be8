//! One payment by a key of its own.

use std::sync::LazyLock;

use super::columns::columns;
use super::corrected::find_by_other_id;
use crate::db::store_snapshots::AppScope;
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Payment, PaymentSeq, ProjectId, order_of};

/// A payment of the project.
pub async fn find(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq) -> Result<Option<Payment>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM payments WHERE payment_seq = $2 AND project_id || '' = $1");
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(seq).fetch_optional(c).await?))
}

/// How many payments `list_by_seq` asks for at once. The statement has as many places each time, so that it is prepared once.
const SEQS_AT_ONCE: usize = 64;

static BY_SEQ: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<String> = (2..SEQS_AT_ONCE + 2).map(|number| format!("${number}")).collect();
    format!("SELECT {} FROM payments WHERE payment_seq IN ({}) AND project_id || '' = $1", columns!(), places.join(", "))
});

/// Several payments of the project, in any order.
pub async fn list_by_seq(tx: &mut Tx, project: &ProjectId, seqs: &[PaymentSeq]) -> Result<Vec<Payment>> {
    let mut found = Vec::with_capacity(seqs.len());
    for part in seqs.chunks(SEQS_AT_ONCE) {
        let padded = part.iter().map(PaymentSeq::as_str).chain(std::iter::repeat("")).take(SEQS_AT_ONCE);
        on!(tx, c => {
            let query = padded.fold(sqlx::query_as(BY_SEQ.as_str()).bind(project), |query, seq| query.bind(seq));
            found.extend(query.fetch_all(c).await?);
        });
    }
    Ok(found)
}

/// The one payment a store's purchase was granted to, by any of its numbers.
pub async fn find_by_order(tx: &mut Tx, project: &ProjectId, app: AppSeq, order_id: &str) -> Result<Option<Payment>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM payments WHERE project_id = $1 AND app_seq = $2 AND store_order_id = $3");
    let found: Option<Payment> =
        on!(tx, c => sqlx::query_as(SQL).bind(project).bind(app).bind(order_id).fetch_optional(c).await?);
    if found.is_some() {
        return Ok(found);
    }
    match find_by_other_id(tx, AppScope { project, app }, order_id).await? {
        Some(seq) => find(tx, project, &seq).await,
        None => Ok(None),
    }
}

/// The other payments that were paid for in one payment's order at the store.
pub async fn list_paid_beside(tx: &mut Tx, project: &ProjectId, payment: &Payment) -> Result<Vec<PaymentSeq>> {
    const SQL: &str = "SELECT payment_seq FROM payments WHERE app_seq = $1 AND purchase_token = $2 AND project_id || '' = $3
         AND status = 'SUCCESS' AND payment_seq <> $4
         AND (store_order_id = $5 OR substr(store_order_id, 1, length($5) + 1) = $5 || ':') ORDER BY payment_seq LIMIT 100";
    let (Some(token), Some(order_id)) = (&payment.purchase_token, &payment.store_order_id) else { return Ok(Vec::new()) };
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(payment.app_seq).bind(token).bind(project).bind(&payment.payment_seq)
        .bind(order_of(order_id)).fetch_all(c).await?))
}

/// The other purchases of the same product by the same user that were paid at nearly the same time, oldest first.
pub async fn list_duplicates(tx: &mut Tx, project: &ProjectId, payment: &Payment, within_millis: i64) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE project_id = $1 AND user_key = $2 AND user_channel = $3 AND product_seq = $4
           AND payment_seq <> $5 AND status IN ('SUCCESS', 'REFUND') AND environment = $8
           AND COALESCE(purchased_at, verified_at, created_at) BETWEEN $6 AND $7
         ORDER BY payment_seq LIMIT 20"
    );
    let (from, to) = (payment.paid_at().plus_millis(-within_millis), payment.paid_at().plus_millis(within_millis));
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(&payment.user_key).bind(&payment.user_channel)
        .bind(payment.product_seq).bind(&payment.payment_seq).bind(from).bind(to).bind(payment.environment).fetch_all(c).await?))
}

/// The key a payment was consumed with, if its caller gave one.
pub async fn find_consume_key(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq) -> Result<Option<String>> {
    const SQL: &str = "SELECT consume_key FROM payments WHERE payment_seq = $2 AND project_id || '' = $1";
    let key: Option<Option<String>> = on!(tx, c => sqlx::query_scalar(SQL).bind(project).bind(seq).fetch_optional(c).await?);
    Ok(key.flatten())
}
