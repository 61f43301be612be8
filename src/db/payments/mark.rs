//! Changes of where a payment stands.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Actor, PaymentSeq, PaymentStatus, ProjectId, RefusalCode, Timestamp};

/// How a verify that did not succeed leaves an open payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Refused(RefusalCode),
    /// The store waits for the money.
    Pending,
}

/// Notes a verify that did not succeed; false when the payment is no longer open.
pub async fn mark_refused(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, verdict: Verdict, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = $3, refusal = $4, updated_at = $5
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status IN ('RESERVED', 'PENDING', 'FAILURE', 'USER_CLOSE')";
    let (status, refusal) = match verdict {
        Verdict::Refused(code) => (PaymentStatus::Failure, Some(code.as_str())),
        Verdict::Pending => (PaymentStatus::Pending, None),
    };
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(status).bind(refusal).bind(at)
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// The player cancelled; false when the payment is no longer open for it.
pub async fn mark_closed(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = 'USER_CLOSE', updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status IN ('RESERVED', 'PENDING')";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Takes the payment back by hand; false when its status is not the one given.
pub async fn mark_refunded(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    from: PaymentStatus,
    by: Actor,
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = 'REFUND', refunded_at = $4, refunded_by = $5, updated_at = $4
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status = $3";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(from).bind(at)
            .bind(by).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}
