//! Reservations nobody paid: which are open too long, and which are kept no longer.

use crate::db::bulk::{self, Rows};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{PaymentSeq, PaymentStatus, ProjectId, Timestamp};

/// The reservations of a project that have been open since before a moment, oldest first.
pub async fn list_open_since(tx: &mut Tx, project: &ProjectId, before: Timestamp, limit: u32) -> Result<Vec<PaymentSeq>> {
    const SQL: &str = "SELECT payment_seq FROM payments WHERE project_id = $1 AND status = 'RESERVED' AND created_at < $2
         ORDER BY created_at, payment_seq LIMIT $3";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).bind(before).bind(i64::from(limit)).fetch_all(c).await?))
}

/// Closes those of the reservations that are still open; which they were.
pub async fn mark_unpaid(tx: &mut Tx, project: &ProjectId, all: &[PaymentSeq], at: Timestamp) -> Result<Vec<PaymentSeq>> {
    const SQL: &str = "UPDATE payments SET status = 'USER_CLOSE', updated_at = given.column3 FROM {rows}
         WHERE payment_seq = given.column2 AND project_id || '' = given.column1 AND status || '' = 'RESERVED'
         RETURNING payment_seq";
    let rows: Rows<'_> = all.iter().map(|seq| [project.as_str().into(), seq.as_str().into(), at.0.into()]).collect();
    let closed: Vec<(PaymentSeq,)> = bulk::fetch(tx, (SQL, rows)).await?;
    Ok(closed.into_iter().map(|(seq,)| seq).collect())
}

/// A payment as removing walks along them.
pub type Place = (i64, String);

/// The reservations of a project, of one status and older than a moment, that never were anything else: no store order, never
/// paid, refunded or pending, no proof waits for its store, and staff wrote nothing down. Oldest first, after a place.
pub async fn list_removable(
    tx: &mut Tx,
    project: &ProjectId,
    status: PaymentStatus,
    before: Timestamp,
    after: &Place,
    limit: u32,
) -> Result<Vec<Place>> {
    const SQL: &str = "SELECT created_at, payment_seq FROM payments
         WHERE project_id = $1 AND status = $2 AND created_at < $3 AND (created_at, payment_seq) > ($4, $5)
           AND updated_at < $3 AND source = 'RESERVATION' AND store_order_id IS NULL AND verified_at IS NULL
           AND purchased_at IS NULL AND refunded_at IS NULL AND consumed_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM payment_events WHERE payment_events.payment_seq = payments.payment_seq
               AND to_status IN ('PENDING', 'SUCCESS', 'REFUND'))
           AND NOT EXISTS (SELECT 1 FROM notes WHERE notes.payment_seq = payments.payment_seq)
           AND payment_seq NOT IN
               (SELECT payment_seq FROM waiting_proofs WHERE project_id = $1 AND payment_seq IS NOT NULL)
         ORDER BY created_at, payment_seq LIMIT $6";
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(status).bind(before).bind(after.0).bind(&after.1)
            .bind(i64::from(limit)).fetch_all(c).await?)
    })
}

/// Removes those of the reservations that are still closed, with their timelines; how many. Their project was asked for when
/// they were listed, and a payment's never changes.
pub async fn delete_unpaid(tx: &mut Tx, all: &[Place]) -> Result<usize> {
    const SQL: &str = "DELETE FROM payments WHERE payment_seq IN (SELECT given.column1 FROM {rows})
         AND status || '' IN ('USER_CLOSE', 'FAILURE') AND store_order_id IS NULL AND verified_at IS NULL
         RETURNING payment_seq";
    const EVENTS: &str = "DELETE FROM payment_events WHERE payment_seq IN (SELECT given.column1 FROM {rows})";
    let rows: Rows<'_> = all.iter().map(|(_, seq)| [seq.as_str().into()]).collect();
    let gone: Vec<(String,)> = bulk::fetch(tx, (SQL, rows)).await?;
    let rows: Rows<'_> = gone.iter().map(|(seq,)| [seq.as_str().into()]).collect();
    bulk::execute(tx, &[(EVENTS, rows)]).await?;
    Ok(gone.len())
}
