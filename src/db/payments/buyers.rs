//! Who bought lately: one payment for each of a store's accounts.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, PaymentSeq, ProjectId, Timestamp};

/// The paid payment that stands for its buyer: their newest in the app.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Buyer {
    #[sqlx(rename = "payment_seq")]
    pub payment: PaymentSeq,
    pub created_at: Timestamp,
    #[sqlx(rename = "store_order_id")]
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
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(app).bind(created_at).bind(payment).bind(limit).fetch_all(c).await?)
    })
}
