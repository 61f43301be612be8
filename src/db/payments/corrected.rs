//! Payments that staff corrected or released, and the other numbers of their purchases.

use super::row::{Row, columns};
use super::write::Settlement;
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Payment, PaymentSeq, ProductSeq, ProjectId, Timestamp};

/// Which corrected payment a purchase may be the one of: this user's and product's, corrected by a number the store did not
/// confirm, and so near in time.
pub struct Match<'a> {
    pub app: AppSeq,
    pub product: ProductSeq,
    pub user_channel: &'a str,
    pub user_key: &'a str,
    pub purchased_at: Timestamp,
    /// How much earlier than the reservation, and later than the correction, the store may say that it was bought.
    pub tolerance_millis: i64,
}

/// The corrected payments that wait for their transaction, the earliest reservation first. Not those that were taken back
/// before anybody consumed them.
pub async fn list_hand_corrected(tx: &mut Tx, project: &ProjectId, like: &Match<'_>, limit: i64) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE app_seq = $2 AND user_key = $3 AND hand_corrected_at IS NOT NULL
           AND project_id || '' = $1 AND user_channel = $4 AND product_seq = $5
           AND created_at <= $6 AND hand_corrected_at >= $7 AND (status || '' = 'SUCCESS' OR consumed_at IS NOT NULL)
         ORDER BY created_at, payment_seq LIMIT $8"
    );
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(project.as_str()).bind(like.app.0).bind(like.user_key).bind(like.user_channel)
            .bind(like.product.0).bind(like.purchased_at.plus_millis(like.tolerance_millis).0)
            .bind(like.purchased_at.plus_millis(-like.tolerance_millis).0).bind(limit).fetch_all(c).await?
    });
    rows.into_iter().map(Payment::try_from).collect()
}

/// Notes that the store did not confirm the number a payment was corrected by.
pub async fn mark_hand_corrected(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE payments SET hand_corrected_at = $3 WHERE payment_seq = $2 AND project_id || '' = $1";
    on!(tx, c => {
        sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(at.0).execute(c).await?;
    });
    Ok(())
}

/// The corrected payment has found its purchase; false when it had before.
pub async fn mark_matched(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET hand_corrected_at = NULL, updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND hand_corrected_at IS NOT NULL";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(at.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Gives a corrected payment the purchase it was corrected for; what was consumed stays so. `None` when another purchase was
/// quicker; a unique violation when the order is already another's.
pub async fn mark_merged(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    settled: &Settlement,
    at: Timestamp,
) -> Result<Option<Payment>> {
    const SQL: &str = concat!(
        "UPDATE payments SET hand_corrected_at = NULL, environment = $3, store_order_id = $4, original_order_id = $5,
             quantity = $6, price_micros = COALESCE($7, price_micros), currency = COALESCE($8, currency), purchased_at = $9,
             expires_at = $10, updated_at = $11, ownership = $12, store_account = $13, offer_type = $14, offer_id = $15,
             offer_discount = $16
         WHERE payment_seq = $2 AND project_id || '' = $1 AND hand_corrected_at IS NOT NULL
         RETURNING ",
        columns!()
    );
    let (offer_type, offer_id, offer_discount) = settled.offer_columns();
    let row: Option<Row> = on!(tx, c => {
        sqlx::query_as(SQL)
            .bind(project.as_str()).bind(seq.as_str()).bind(settled.environment.as_str()).bind(&settled.order_id)
            .bind(&settled.original_order_id).bind(settled.quantity).bind(settled.price_micros)
            .bind(settled.currency.as_deref()).bind(settled.purchased_at.0).bind(settled.expires_at.map(|at| at.0)).bind(at.0)
            .bind(settled.ownership.as_str()).bind(settled.store_account.as_deref()).bind(offer_type).bind(offer_id)
            .bind(offer_discount).fetch_optional(c).await?
    });
    row.map(Payment::try_from).transpose()
}

/// A purchase of the user's and product that came without a reservation in this time, and so may be the one that staff are
/// about to correct a reservation for.
pub async fn find_unreserved(
    tx: &mut Tx,
    project: &ProjectId,
    like: &Payment,
    (from, to): (Timestamp, Timestamp),
) -> Result<Option<PaymentSeq>> {
    const SQL: &str = "SELECT payment_seq FROM payments
         WHERE project_id = $1 AND user_key = $2 AND created_at >= $3 AND user_channel = $4 AND product_seq = $5
           AND purchased_at >= $3 AND purchased_at <= $6 AND source || '' <> 'RESERVATION' AND status || '' = 'SUCCESS'
         ORDER BY created_at, payment_seq LIMIT 1";
    let seq: Option<String> = on!(tx, c => {
        sqlx::query_scalar(SQL).bind(project.as_str()).bind(&like.user_key).bind(from.0).bind(&like.user_channel)
            .bind(like.product_seq.0).bind(to.0).fetch_optional(c).await?
    });
    Ok(seq.map(PaymentSeq))
}

/// Makes a purchase from before the app's date consumable; false when it was released or consumed before.
pub async fn mark_released(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET released_at = $3, updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status || '' = 'SUCCESS' AND consumed_at IS NULL
           AND released_at IS NULL";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(at.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Keeps another number a payment is found by.
pub async fn keep_other_id(
    tx: &mut Tx,
    (project, app): (&ProjectId, AppSeq),
    seq: &PaymentSeq,
    other_id: &str,
    at: Timestamp,
) -> Result<()> {
    const SQL: &str = "INSERT INTO payment_ids (app_seq, other_id, payment_seq, project_id, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    on!(tx, c => {
        sqlx::query(SQL).bind(app.0).bind(other_id).bind(seq.as_str()).bind(project.as_str()).bind(at.0).execute(c).await?;
    });
    Ok(())
}

/// The payment that has this other number, if any.
pub async fn find_by_other_id(tx: &mut Tx, app: AppSeq, other_id: &str) -> Result<Option<PaymentSeq>> {
    const SQL: &str = "SELECT payment_seq FROM payment_ids WHERE app_seq = $1 AND other_id = $2 ORDER BY payment_seq LIMIT 1";
    let seq: Option<String> = on!(tx, c => sqlx::query_scalar(SQL).bind(app.0).bind(other_id).fetch_optional(c).await?);
    Ok(seq.map(PaymentSeq))
}
