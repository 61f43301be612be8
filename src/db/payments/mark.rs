//! Changes of where a payment stands.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AccessSalt, Actor, Finish, PaymentSeq, PaymentStatus, ProjectId, RefusalCode, Timestamp};

/// How a verify that did not succeed leaves an open payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    Refused(RefusalCode),
    /// The store waits for the money. The purchase's token, which it is found by when it is paid for.
    Pending {
        purchase_token: Option<&'a str>,
    },
}

/// Notes a verify that did not succeed; false when the payment is no longer open.
pub async fn mark_refused(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    verdict: Verdict<'_>,
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = $3, refusal = $4, updated_at = $5, 
             purchase_token = CASE WHEN status = 'PENDING' THEN COALESCE(purchase_token, $6) ELSE COALESCE($6, purchase_token) END
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status IN ('RESERVED', 'PENDING', 'FAILURE', 'USER_CLOSE')";
    let (status, refusal, token) = match verdict {
        Verdict::Refused(code) => (PaymentStatus::Failure, Some(code.as_str()), None),
        Verdict::Pending { purchase_token } => (PaymentStatus::Pending, None, purchase_token),
    };
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(status).bind(refusal).bind(at)
            .bind(token).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Notes that a payment's store was told of it, or can't be; false when it does not wait for that.
pub async fn mark_finished(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, to: Finish, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET finish = $3, updated_at = $4, handled_at = NULL
         WHERE payment_seq = $2 AND project_id || '' = $1 AND finish = 'DUE'";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(to).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Notes that a payment's store has to be told of it.
pub async fn mark_finish_due(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE payments SET finish = 'DUE', updated_at = $3 WHERE payment_seq = $2 AND project_id || '' = $1";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(seq).bind(at).execute(c).await?;
    });
    Ok(())
}

/// A store that could not be told of a payment is told again; false when it could be told, or the payment was taken back.
pub async fn mark_finish_again(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET finish = 'DUE', updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND finish || '' = 'FAILED' AND status || '' = 'SUCCESS'";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Staff dealt with what needed a person; false when somebody had already.
pub async fn mark_handled(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET handled_at = $3, updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND handled_at IS NULL";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Takes a provisional payment back whose store does not stand behind it; false when it is no longer provisional and paid.
pub async fn mark_unconfirmed(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, by: Actor, at: Timestamp) -> Result<bool> {
    const SQL: &str =
        "UPDATE payments SET status = 'REFUND', refunded_at = $3, refunded_by = $4, refund_reason = 'NOT_CONFIRMED',
             updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status || '' = 'SUCCESS' AND provisional_since IS NOT NULL";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(at).bind(by).execute(c).await?;
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

/// Staff close a payment that was never paid; false when its status is not the one given.
pub async fn mark_closed_by_staff(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    from: PaymentStatus,
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = 'USER_CLOSE', updated_at = $4
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status = $3";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(from).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Opens a consumed payment for one more consume, under a new access token; false when it is not paid, or not consumed.
pub async fn mark_reopened(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, salt: AccessSalt, at: Timestamp) -> Result<bool> {
    const SQL: &str =
        "UPDATE payments SET consumed_at = NULL, consume_key = NULL, access_salt = $3, reopened_at = $4, updated_at = $4
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status || '' = 'SUCCESS' AND consumed_at IS NOT NULL";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(salt.0).bind(at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Takes the payment back by hand, all of it, whatever part the store gave back before; false when its status is not the one given.
pub async fn mark_refunded(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    from: PaymentStatus,
    by: Actor,
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = 'REFUND', refunded_at = $4, refunded_by = $5, updated_at = $4,
             refunded_micros = NULL, refunded_quantity = NULL
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status = $3";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(from).bind(at)
            .bind(by).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}
