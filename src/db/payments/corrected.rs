//! Payments that staff corrected or released, and the other numbers of their purchases.

use super::columns::columns;
use crate::db::store_snapshots::AppScope;
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Payment, PaymentSeq, ProjectId, RefusalCode, Timestamp};

/// A user's payments that staff corrected by hand and that wait for their purchases, the earliest reservation first. Not those
/// that were taken back before anybody consumed them.
pub async fn list_hand_corrected(
    tx: &mut Tx,
    scope: AppScope<'_>,
    (user_channel, user_key): (&str, &str),
    limit: i64,
) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE app_seq = $2 AND user_key = $3 AND hand_corrected_at IS NOT NULL
           AND project_id || '' = $1 AND user_channel = $4 AND (status || '' = 'SUCCESS' OR consumed_at IS NOT NULL OR reopened_at IS NOT NULL)
         ORDER BY created_at, payment_seq LIMIT $5"
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(scope.project).bind(scope.app).bind(user_key).bind(user_channel).bind(limit)
            .fetch_all(c).await?)
    })
}

/// A purchase of the user's and product that came without a reservation in this time, and so may be the one that staff are
/// about to correct a reservation for; of any product where another than the reserved one was brought.
pub async fn find_unreserved(
    tx: &mut Tx,
    project: &ProjectId,
    like: &Payment,
    from: Timestamp,
    to: Timestamp,
) -> Result<Option<PaymentSeq>> {
    const SQL: &str = "SELECT payment_seq FROM payments
         WHERE project_id = $1 AND user_key = $2 AND created_at >= $3 AND user_channel = $4 AND (product_seq = $5 OR $7)
           AND purchased_at >= $3 AND purchased_at <= $6 AND source || '' <> 'RESERVATION' AND status || '' = 'SUCCESS'
         ORDER BY created_at, payment_seq LIMIT 1";
    on!(tx, c => {
        Ok(sqlx::query_scalar(SQL).bind(project).bind(&like.user_key).bind(from).bind(&like.user_channel)
            .bind(like.product_seq).bind(to).bind(like.refusal == Some(RefusalCode::ProductMismatch)).fetch_optional(c).await?)
    })
}

/// Makes a purchase from before the app's date consumable; false when it was released or consumed before.
pub async fn mark_released(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET released_at = $3, updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status || '' = 'SUCCESS' AND consumed_at IS NULL
           AND released_at IS NULL";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Keeps another number a payment is found by.
pub async fn keep_other_id(tx: &mut Tx, scope: AppScope<'_>, seq: &PaymentSeq, other_id: &str, at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO payment_ids (app_seq, other_id, payment_seq, project_id, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    on!(tx, c => {
        sqlx::query(SQL).bind(scope.app).bind(other_id).bind(seq).bind(scope.project).bind(at)
            .execute(c).await?;
    });
    Ok(())
}

/// The payment that has this other number, if any.
pub async fn find_by_other_id(tx: &mut Tx, scope: AppScope<'_>, other_id: &str) -> Result<Option<PaymentSeq>> {
    const SQL: &str = "SELECT payment_seq FROM payment_ids WHERE app_seq = $1 AND other_id = $2 AND project_id = $3
         ORDER BY payment_seq LIMIT 1";
    on!(tx, c => {
        Ok(sqlx::query_scalar(SQL).bind(scope.app).bind(other_id).bind(scope.project).fetch_optional(c).await?)
    })
}

/// The other numbers of a subscription's payments, each with its payment.
pub async fn list_other_ids_of_chain(tx: &mut Tx, scope: AppScope<'_>, chain_id: &str) -> Result<Vec<(String, PaymentSeq)>> {
    const SQL: &str = "SELECT i.other_id, i.payment_seq FROM payments p JOIN payment_ids i ON i.payment_seq = p.payment_seq
         WHERE p.project_id = $1 AND p.app_seq = $2 AND p.original_order_id = $3 LIMIT 1000";
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(scope.project).bind(scope.app).bind(chain_id).fetch_all(c).await?)
    })
}
