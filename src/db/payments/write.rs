//! How payments are written: made, and saved as a use case left them. What others may do at the same time (consume, close,
//! assign) is a statement of its own that asks and sets; `false` means that its condition did not hold.

use std::sync::LazyLock;

use super::columns::{changing_columns, fixed_columns};
use crate::db::bulk::{self, Value};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Actor, Finish, Payment, PaymentSeq, PaymentStatus, ProjectId, RefusalCode, Timestamp};

macro_rules! insert_payment {
    () => {
        concat!("INSERT INTO payments (project_id, ", fixed_columns!(), ", ", changing_columns!(), ") SELECT * FROM {rows}")
    };
}

/// Makes payments whose numbers and orders nobody has; of `values`.
pub(super) const INSERT: &str = insert_payment!();

/// How many of `values` come before those that `save` writes: the project and the fixed columns.
const FIXED: usize = 11;

/// A payment's columns: the project, `fixed_columns` and `changing_columns`.
pub(super) fn values<'a>(project: &'a ProjectId, payment: &'a Payment) -> [Value<'a>; 44] {
    let (price, offer) = (payment.price.as_ref(), payment.offer.as_ref());
    let millis = |at: Option<Timestamp>| at.map(|at| at.0);
    [
        project.as_str().into(),
        payment.payment_seq.as_str().into(),
        payment.app_seq.0.into(),
        payment.store.as_str().into(),
        payment.store_app_id.as_str().into(),
        payment.product_seq.0.into(),
        payment.product_id.as_str().into(),
        payment.product_name.as_str().into(),
        payment.product_type.as_str().into(),
        payment.source.as_str().into(),
        payment.created_at.0.into(),
        payment.user_channel.as_str().into(),
        payment.user_key.as_str().into(),
        payment.attribution.as_str().into(),
        payment.status.as_str().into(),
        payment.refusal.map(RefusalCode::as_str).into(),
        payment.finish.as_str().into(),
        payment.environment.as_str().into(),
        payment.store_order_id.as_deref().into(),
        payment.original_order_id.as_deref().into(),
        payment.store_account.as_deref().into(),
        payment.purchase_token.as_deref().into(),
        payment.quantity.into(),
        price.map(|price| price.price_micros).into(),
        price.map(|price| price.currency.as_str()).into(),
        payment.payload.as_deref().into(),
        offer.map(|offer| offer.offer_type.as_str()).into(),
        offer.and_then(|offer| offer.offer_id.as_deref()).into(),
        offer.and_then(|offer| offer.discount_type.as_deref()).into(),
        payment.ownership.as_str().into(),
        payment.updated_at.0.into(),
        millis(payment.purchased_at).into(),
        millis(payment.verified_at).into(),
        millis(payment.expires_at).into(),
        millis(payment.superseded_at).into(),
        millis(payment.refunded_at).into(),
        payment.refunded_by.map(Actor::as_str).into(),
        payment.refunded_micros.into(),
        payment.refunded_quantity.into(),
        payment.refund_type.as_deref().into(),
        payment.refund_reason.as_deref().into(),
        millis(payment.consumed_at).into(),
        millis(payment.hand_corrected_at).into(),
        payment.access_salt.map(|salt| salt.0).into(),
    ]
}

/// Makes a payment; false when its store order is another payment's already.
pub async fn insert(tx: &mut Tx, project: &ProjectId, payment: &Payment) -> Result<bool> {
    const SQL: &str = concat!(insert_payment!(), " WHERE TRUE ON CONFLICT DO NOTHING RETURNING created_at");
    let made: Vec<(i64,)> = bulk::fetch(tx, (SQL, [values(project, payment)].into_iter().collect())).await?;
    Ok(!made.is_empty())
}

static SAVE: LazyLock<String> = LazyLock::new(|| {
    let changing: Vec<String> =
        changing_columns!().split(", ").zip(9..).map(|(column, number)| format!("{column} = ${number}")).collect();
    format!(
        "UPDATE payments SET {} WHERE payment_seq = $2 AND project_id || '' = $1 AND status || '' = $3 AND updated_at = $4
             AND consumed_at IS NOT DISTINCT FROM $5 AND user_key || '' = $6 AND attribution = $7
             AND hand_corrected_at IS NOT DISTINCT FROM $8",
        changing.join(", ")
    )
});

/// Writes a payment as it should stand; false when somebody else changed it since it was read as `before`. A unique violation
/// when its store order is another payment's.
pub async fn save(tx: &mut Tx, project: &ProjectId, before: &Payment, after: &Payment) -> Result<bool> {
    let values = values(project, after);
    on!(tx, c => {
        let mut query = sqlx::query(SAVE.as_str()).bind(project).bind(&after.payment_seq).bind(before.status)
            .bind(before.updated_at).bind(before.consumed_at).bind(&before.user_key).bind(before.attribution)
            .bind(before.hand_corrected_at);
        for value in &values[FIXED..] {
            query = match value {
                Value::Text(text) => query.bind(text.as_deref()),
                Value::Number(number) => query.bind(*number),
            };
        }
        Ok(query.execute(c).await?.rows_affected() == 1)
    })
}

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
    const SQL: &str =
        "UPDATE payments SET status = $3, refusal = $4, updated_at = $5, purchase_token = COALESCE($6, purchase_token)
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
    const SQL: &str = "UPDATE payments SET finish = $3, updated_at = $4
         WHERE payment_seq = $2 AND project_id || '' = $1 AND finish = 'DUE'";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(seq).bind(to).bind(at).execute(c).await?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_changing_columns_come_after_the_fixed_ones() {
        assert_eq!(1 + fixed_columns!().split(", ").count(), FIXED);
        assert!(SAVE.contains("access_salt = $41") && !SAVE.contains("$42"), "{}", *SAVE);
    }
}
