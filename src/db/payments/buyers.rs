//! Who bought lately: one payment for each of a store's accounts.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, PaymentSeq, ProjectId, Timestamp};

/// The paid payment that stands for its buyer: their newest in the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    pub payment: PaymentSeq,
    pub created_at: Timestamp,
    pub order_id: String,
}

/// A store's buyers whose newest paid payment was made after `after`, oldest first. A payment of which the store named no
/// account stands for itself.
pub async fn list_buyers(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    after: (Timestamp, &PaymentSeq),
    limit: i64,
) -> Result<Vec<Buyer>> {
    const SQL: &str = "SELECT payment_seq, created_at, store_order_id FROM payments p
         WHERE project_id = $1 AND app_seq = $2 AND status = 'SUCCESS' AND store_order_id IS NOT NULL
           AND (created_at > $3 OR (created_at = $3 AND payment_seq > $4))
           AND NOT EXISTS (SELECT 1 FROM payments n WHERE n.app_seq = p.app_seq AND n.store_account = p.store_account
               AND n.status || '' = 'SUCCESS'
               AND (n.created_at > p.created_at OR (n.created_at = p.created_at AND n.payment_seq > p.payment_seq)))
         ORDER BY created_at, payment_seq LIMIT $5";
    let (created_at, payment) = after;
    let rows: Vec<(String, i64, String)> = on!(tx, c => {
        sqlx::query_as(SQL).bind(project.as_str()).bind(app.0).bind(created_at.0).bind(payment.as_str()).bind(limit)
            .fetch_all(c).await?
    });
    let read =
        |(payment, created_at, order_id)| Buyer { payment: PaymentSeq(payment), created_at: Timestamp(created_at), order_id };
    Ok(rows.into_iter().map(read).collect())
}
