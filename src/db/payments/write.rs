//! How payments are written: made, and saved as a use case left them. What others may do at the same time (consume, close,
//! assign) is a statement of its own that asks and sets; `false` means that its condition did not hold.

use crate::db::bulk::{self, Value};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Actor, Offer, Payment, PaymentSeq, PaymentStatus, ProjectId, RefusalCode, Timestamp};

macro_rules! insert_payment {
    () => {
        "INSERT INTO payments (payment_seq, project_id, app_seq, store, store_app_id, product_seq, store_product_id,
             product_name, product_type, user_channel, user_key, status, finish, environment, store_order_id,
             original_order_id, purchase_token, quantity, price_micros, currency, payload, created_at, updated_at,
             purchased_at, verified_at, expires_at, source, attribution, ownership, store_account, offer_type, offer_id,
             offer_discount, refunded_at, refunded_by, access_salt)
         SELECT * FROM {rows}"
    };
}

/// Makes payments whose numbers and orders nobody has; of `values`.
pub(super) const INSERT: &str = insert_payment!();

/// A new payment's columns. What a new payment rarely has (a refund's amount, when it was consumed) is saved after.
pub(super) fn values<'a>(project: &'a ProjectId, payment: &'a Payment) -> [Value<'a>; 36] {
    let (offer_type, offer_id, offer_discount) = offer_columns(payment.offer.as_ref());
    let price = payment.price.as_ref();
    [
        payment.payment_seq.as_str().into(),
        project.as_str().into(),
        payment.app_seq.0.into(),
        payment.store.as_str().into(),
        payment.store_app_id.as_str().into(),
        payment.product_seq.0.into(),
        payment.product_id.as_str().into(),
        payment.product_name.as_str().into(),
        payment.product_type.as_str().into(),
        payment.user_channel.as_str().into(),
        payment.user_key.as_str().into(),
        payment.status.as_str().into(),
        payment.finish.as_str().into(),
        payment.environment.as_str().into(),
        payment.store_order_id.as_deref().into(),
        payment.original_order_id.as_deref().into(),
        payment.purchase_token.as_deref().into(),
        payment.quantity.into(),
        price.map(|price| price.price_micros).into(),
        price.map(|price| price.currency.as_str()).into(),
        payment.payload.as_deref().into(),
        payment.created_at.0.into(),
        payment.updated_at.0.into(),
        payment.purchased_at.map(|at| at.0).into(),
        payment.verified_at.map(|at| at.0).into(),
        payment.expires_at.map(|at| at.0).into(),
        payment.source.as_str().into(),
        payment.attribution.as_str().into(),
        payment.ownership.as_str().into(),
        payment.store_account.as_deref().into(),
        offer_type.into(),
        offer_id.into(),
        offer_discount.into(),
        payment.refunded_at.map(|at| at.0).into(),
        payment.refunded_by.map(Actor::as_str).into(),
        payment.access_salt.map(|salt| salt.0).into(),
    ]
}

fn offer_columns(offer: Option<&Offer>) -> (Option<&str>, Option<&str>, Option<&str>) {
    offer.map_or((None, None, None), |offer| {
        (Some(offer.offer_type.as_str()), offer.offer_id.as_deref(), offer.discount_type.as_deref())
    })
}

/// Makes a payment; false when its store order is another payment's already.
pub async fn insert(tx: &mut Tx, project: &ProjectId, payment: &Payment) -> Result<bool> {
    const SQL: &str = concat!(insert_payment!(), " WHERE TRUE ON CONFLICT DO NOTHING RETURNING created_at");
    let made: Vec<(i64,)> = bulk::fetch(tx, (SQL, [values(project, payment)].into_iter().collect())).await?;
    Ok(!made.is_empty())
}

/// Writes a payment as it should stand; false when somebody else changed it since it was read as `before`. A unique violation
/// when its store order is another payment's.
pub async fn save(tx: &mut Tx, project: &ProjectId, before: &Payment, after: &Payment) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = $3, refusal = $4, finish = $5, environment = $6, store_order_id = $7,
             original_order_id = $8, purchase_token = $9, quantity = $10, price_micros = $11, currency = $12, payload = $13,
             purchased_at = $14, verified_at = $15, expires_at = $16, user_channel = $17, user_key = $18, attribution = $19,
             ownership = $20, store_account = $21, offer_type = $22, offer_id = $23, offer_discount = $24,
             superseded_at = $25, refunded_at = $26, refunded_by = $27, refunded_micros = $28, refunded_quantity = $29,
             refund_type = $30, refund_reason = $31, consumed_at = $32, hand_corrected_at = $33, updated_at = $34,
             access_salt = $41
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status || '' = $35 AND updated_at = $36
           AND consumed_at IS NOT DISTINCT FROM $37 AND user_key || '' = $38 AND attribution = $39
           AND hand_corrected_at IS NOT DISTINCT FROM $40";
    let (offer_type, offer_id, offer_discount) = offer_columns(after.offer.as_ref());
    let millis = |at: Option<Timestamp>| at.map(|at| at.0);
    on!(tx, c => {
        let done = sqlx::query(SQL)
            .bind(project.as_str()).bind(after.payment_seq.as_str()).bind(after.status.as_str())
            .bind(after.refusal.map(RefusalCode::as_str)).bind(after.finish.as_str()).bind(after.environment.as_str())
            .bind(after.store_order_id.as_deref()).bind(after.original_order_id.as_deref())
            .bind(after.purchase_token.as_deref()).bind(after.quantity)
            .bind(after.price.as_ref().map(|price| price.price_micros))
            .bind(after.price.as_ref().map(|price| price.currency.as_str())).bind(after.payload.as_deref())
            .bind(millis(after.purchased_at)).bind(millis(after.verified_at)).bind(millis(after.expires_at))
            .bind(&after.user_channel).bind(&after.user_key).bind(after.attribution.as_str())
            .bind(after.ownership.as_str()).bind(after.store_account.as_deref())
            .bind(offer_type).bind(offer_id).bind(offer_discount)
            .bind(millis(after.superseded_at)).bind(millis(after.refunded_at)).bind(after.refunded_by.map(Actor::as_str))
            .bind(after.refunded_micros).bind(after.refunded_quantity).bind(after.refund_type.as_deref())
            .bind(after.refund_reason.as_deref()).bind(millis(after.consumed_at)).bind(millis(after.hand_corrected_at))
            .bind(after.updated_at.0)
            .bind(before.status.as_str()).bind(before.updated_at.0).bind(millis(before.consumed_at))
            .bind(&before.user_key).bind(before.attribution.as_str()).bind(millis(before.hand_corrected_at))
            .bind(after.access_salt.map(|salt| salt.0))
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

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
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(status.as_str()).bind(refusal).bind(at.0)
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// The player cancelled; false when the payment is no longer open for it.
pub async fn mark_closed(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = 'USER_CLOSE', updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status IN ('RESERVED', 'PENDING')";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(at.0).execute(c).await?;
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
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(from.as_str()).bind(at.0)
            .bind(by.as_str()).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}
