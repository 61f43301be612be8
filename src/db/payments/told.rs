//! What a store's later words change in a payment, and who a purchase belongs to.

use super::row::{Row, columns};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Attribution, Payment, PaymentSeq, ProductSeq, ProjectId, Timestamp};

/// The store gives back what it took; false when it is not refunded, or somebody else refunded it.
pub async fn mark_reversed(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = 'SUCCESS', refunded_at = NULL, refunded_by = NULL, updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status = 'REFUND' AND refunded_by = 'STORE'";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(at.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// When the store took it back, as it last said; nothing happens where the store did not, or that was known.
pub async fn update_refund_time(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    refunded_at: Timestamp,
    at: Timestamp,
) -> Result<()> {
    const SQL: &str = "UPDATE payments SET refunded_at = $3, updated_at = $4
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status = 'REFUND' AND refunded_by = 'STORE' AND refunded_at <> $3";
    on!(tx, c => {
        sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(refunded_at.0).bind(at.0).execute(c).await?;
    });
    Ok(())
}

/// Another plan took the paid period's place; the payment when that was not known.
pub async fn mark_superseded(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    order_id: &str,
    superseded_at: Timestamp,
    at: Timestamp,
) -> Result<Option<Payment>> {
    const SQL: &str = concat!(
        "UPDATE payments SET superseded_at = $4, updated_at = $5
         WHERE project_id = $1 AND app_seq = $2 AND store_order_id = $3 AND superseded_at IS DISTINCT FROM $4 RETURNING ",
        columns!()
    );
    let row: Option<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(project.as_str()).bind(app.0).bind(order_id).bind(superseded_at.0).bind(at.0)
            .fetch_optional(c).await?
    });
    row.map(Payment::try_from).transpose()
}

/// The end of the paid period as the store last said it; false when that was known.
pub async fn update_end(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    expires_at: Option<Timestamp>,
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET expires_at = $3, updated_at = $4
         WHERE payment_seq = $2 AND project_id || '' = $1 AND expires_at IS DISTINCT FROM $3";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(expires_at.map(|at| at.0)).bind(at.0)
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Fills in a price the store had left out.
pub async fn fill_price(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, price_micros: i64, currency: &str) -> Result<()> {
    const SQL: &str = "UPDATE payments SET price_micros = $3, currency = $4
         WHERE payment_seq = $2 AND project_id || '' = $1 AND price_micros IS NULL";
    on!(tx, c => {
        sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(price_micros).bind(currency).execute(c).await?;
    });
    Ok(())
}

/// Gives a payment the payload of the reservation it was made for; false when it has one already.
pub async fn fill_payload(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, payload: &str) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET payload = $3 WHERE payment_seq = $2 AND project_id || '' = $1 AND payload IS NULL";
    on!(tx, c => {
        Ok(sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(payload).execute(c).await?.rows_affected() == 1)
    })
}

/// A user, and what led to them.
#[derive(Debug, Clone, Copy)]
pub struct NewOwner<'a> {
    pub user_channel: &'a str,
    pub user_key: &'a str,
    pub attribution: Attribution,
    /// The developer's text of the reservation it should have been for.
    pub payload: Option<&'a str>,
}

/// Gives an unconsumed payment without a sure user to one; `None` when it has one or is consumed.
pub async fn mark_owned(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    owner: NewOwner<'_>,
    at: Timestamp,
) -> Result<Option<Payment>> {
    const SQL: &str = concat!(
        "UPDATE payments SET user_channel = $3, user_key = $4, attribution = $5, payload = COALESCE(payload, $6), updated_at = $7
         WHERE payment_seq = $2 AND project_id || '' = $1 AND attribution IN ('NONE', 'STORE_ACCOUNT') AND consumed_at IS NULL
         RETURNING ",
        columns!()
    );
    let row: Option<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(project.as_str()).bind(seq.as_str()).bind(owner.user_channel).bind(owner.user_key)
            .bind(owner.attribution.as_str()).bind(owner.payload).bind(at.0).fetch_optional(c).await?
    });
    row.map(Payment::try_from).transpose()
}

/// The payments of a chain that have no sure user and are not consumed.
pub async fn list_unsure_of_chain(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    chain_id: &str,
    limit: u32,
) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE project_id = $1 AND app_seq = $2 AND original_order_id = $3
           AND attribution IN ('NONE', 'STORE_ACCOUNT') AND consumed_at IS NULL ORDER BY payment_seq LIMIT $4"
    );
    list_by_text(tx, SQL, project, app, chain_id, limit).await
}

/// The purchases of a store account that nobody is known for.
pub async fn list_without_user_of_account(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    store_account: &str,
    limit: u32,
) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE project_id = $1 AND app_seq = $2 AND store_account = $3 AND user_key = ''
         ORDER BY payment_seq LIMIT $4"
    );
    list_by_text(tx, SQL, project, app, store_account, limit).await
}

/// The payments of one chain, newest period first.
pub async fn list_of_chain(tx: &mut Tx, project: &ProjectId, app: AppSeq, chain_id: &str, limit: u32) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE project_id = $1 AND app_seq = $2 AND original_order_id = $3
         ORDER BY COALESCE(purchased_at, 0) DESC, payment_seq DESC LIMIT $4"
    );
    list_by_text(tx, SQL, project, app, chain_id, limit).await
}

async fn list_by_text(
    tx: &mut Tx,
    sql: &'static str,
    project: &ProjectId,
    app: AppSeq,
    text: &str,
    limit: u32,
) -> Result<Vec<Payment>> {
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(sql).bind(project.as_str()).bind(app.0).bind(text).bind(i64::from(limit)).fetch_all(c).await?
    });
    rows.into_iter().map(Payment::try_from).collect()
}

/// The users `(channel, key)` a store account has bought for; at most two, which is enough to know that it is not one.
pub async fn list_users_of_account(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    store_account: &str,
) -> Result<Vec<(String, String)>> {
    const SQL: &str = "SELECT DISTINCT user_channel, user_key FROM payments
         WHERE project_id = $1 AND app_seq = $2 AND store_account = $3 AND user_key <> '' LIMIT 2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project.as_str()).bind(app.0).bind(store_account).fetch_all(c).await?))
}

/// Whose open reservation of which product, and from when on.
pub struct Awaited<'a> {
    pub product: ProductSeq,
    pub user_channel: &'a str,
    pub user_key: &'a str,
    pub since: Timestamp,
}

/// The newest reservation a purchase may have been made for: open, or closed or failed since.
pub async fn find_open(tx: &mut Tx, project: &ProjectId, awaited: &Awaited<'_>) -> Result<Option<PaymentSeq>> {
    // `product_seq + 0` keeps SQLite from walking all payments of a product.
    const SQL: &str = "SELECT payment_seq FROM payments
         WHERE project_id = $1 AND user_key = $2 AND created_at >= $3 AND user_channel = $4 AND product_seq + 0 = $5
           AND (status || '' IN ('RESERVED', 'PENDING')
               OR (status || '' IN ('USER_CLOSE', 'FAILURE') AND updated_at >= $3))
         ORDER BY created_at DESC, payment_seq DESC LIMIT 1";
    let seq: Option<String> = on!(tx, c => {
        sqlx::query_scalar(SQL).bind(project.as_str()).bind(awaited.user_key).bind(awaited.since.0).bind(awaited.user_channel)
            .bind(awaited.product.0).fetch_optional(c).await?
    });
    Ok(seq.map(PaymentSeq))
}
