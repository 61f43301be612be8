//! The payments that statistics add up: those made in a span of time, and those that were changed long after they were made.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{
    AppSeq, Environment, Ownership, PaymentStatus, ProductSeq, ProductType, ProjectId, RefusalCode, StoreCode, Timestamp,
};

/// What statistics need to know of a payment.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CountedPayment {
    pub environment: Environment,
    pub status: PaymentStatus,
    pub store: StoreCode,
    pub app_seq: AppSeq,
    pub product_seq: ProductSeq,
    pub product_type: ProductType,
    pub user_channel: String,
    pub user_key: String,
    pub ownership: Ownership,
    pub price_micros: Option<i64>,
    pub currency: Option<String>,
    pub refunded_micros: Option<i64>,
    pub offer_discount: Option<String>,
    pub refusal: Option<RefusalCode>,
    pub created_at: Timestamp,
    pub purchased_at: Option<Timestamp>,
    pub verified_at: Option<Timestamp>,
    pub provisional_since: Option<Timestamp>,
    /// When the money went back: all of it as the payment says, a part of it as its timeline does.
    pub refunded_at: Option<Timestamp>,
    /// Whether an earlier period of its subscription was paid for.
    pub is_renewal: bool,
    /// For a subscription's first period: when the payment of the next one was made here.
    pub next_created_at: Option<Timestamp>,
}

/// Periods of the same subscription; `project_id || ''` is as in `payments`.
macro_rules! period_of_chain {
    () => {
        "FROM payments AS other WHERE other.app_seq = payments.app_seq AND other.original_order_id = payments.original_order_id
             AND other.project_id || '' = payments.project_id AND other.status || '' IN ('SUCCESS', 'REFUND')
             AND other.payment_seq <> payments.payment_seq"
    };
}

macro_rules! is_subscription {
    () => {
        "product_type IN ('AUTO_SUBSCRIPTION', 'CONSUMABLE_AUTO_SUBSCRIPTION') AND original_order_id IS NOT NULL"
    };
}

/// When the period after this one was recorded.
macro_rules! next_created_at {
    () => {
        concat!(
            "CASE WHEN ",
            is_subscription!(),
            " THEN (SELECT other.created_at ",
            period_of_chain!(),
            " AND other.purchased_at > payments.purchased_at ORDER BY other.purchased_at, other.payment_seq LIMIT 1) END"
        )
    };
}

/// The payments made at or after `from` and before `to` that count; at most `limit`.
pub async fn list(tx: &mut Tx, project: &ProjectId, from: Timestamp, to: Timestamp, limit: i64) -> Result<Vec<CountedPayment>> {
    const SQL: &str = concat!(
        "SELECT environment, status, store, app_seq, product_seq, product_type, user_channel, user_key, ownership,
             price_micros, currency, refunded_micros, offer_discount, refusal, created_at, purchased_at, verified_at,
             provisional_since,
             CASE WHEN refunded_at IS NULL AND refunded_micros > 0 THEN (SELECT MIN(at) FROM payment_events
                 WHERE payment_events.payment_seq = payments.payment_seq AND kind = 'REFUND') ELSE refunded_at END AS refunded_at,
             CASE WHEN ",
        is_subscription!(),
        " THEN EXISTS (SELECT 1 ",
        period_of_chain!(),
        " AND other.purchased_at < payments.purchased_at) ELSE FALSE END AS is_renewal, ",
        next_created_at!(),
        " AS next_created_at
         FROM payments WHERE project_id = $1 AND created_at >= $2 AND created_at < $3
             AND status || '' IN ('SUCCESS', 'REFUND', 'FAILURE') LIMIT $4"
    );
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(from).bind(to).bind(limit).fetch_all(c).await?))
}

/// When the first payment at or after a moment was made.
pub async fn find_first_after(tx: &mut Tx, project: &ProjectId, at: Timestamp) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT created_at FROM payments WHERE project_id = $1 AND created_at >= $2
         ORDER BY created_at, payment_seq LIMIT 1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).bind(at).fetch_optional(c).await?))
}

/// A payment that was changed long after it was made.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ChangedPayment {
    pub payment_seq: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// When the next period of its subscription was recorded: the change may make that one a first period or a renewal.
    pub next_created_at: Option<Timestamp>,
}

/// Those made before `made_before` and changed since, after a place among them, in the order of their changes.
pub async fn list_changed(
    tx: &mut Tx,
    project: &ProjectId,
    after: (Timestamp, &str),
    made_before: Timestamp,
    limit: i64,
) -> Result<Vec<ChangedPayment>> {
    // The condition is that of the index `payments_changed_late`, in its words.
    const SQL: &str = concat!(
        "SELECT payment_seq, created_at, updated_at, ",
        next_created_at!(),
        " AS next_created_at
         FROM payments WHERE project_id = $1 AND (updated_at, payment_seq) > ($2, $3)
             AND updated_at > created_at + 600000 AND status <> 'RESERVED' AND (status <> 'USER_CLOSE' OR refusal IS NOT NULL) AND created_at + 0 < $4
         ORDER BY updated_at, payment_seq LIMIT $5"
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(after.0).bind(after.1).bind(made_before).bind(limit).fetch_all(c).await?)
    })
}

/// How many paid purchases wait to be consumed, by age: made after the first, second and third moment, and before. At most `limit`
/// are looked at.
pub async fn count_unconsumed(
    tx: &mut Tx,
    project: &ProjectId,
    environment: Environment,
    moments: [Timestamp; 3],
    limit: i64,
) -> Result<[i64; 4]> {
    // By user, so that SQLite reads `payments_unconsumed`, and not all that was ever paid.
    const SQL: &str = concat!(
        "SELECT COALESCE(CAST(SUM(CASE WHEN verified_at >= $3 THEN 1 ELSE 0 END) AS BIGINT), 0),
             COALESCE(CAST(SUM(CASE WHEN verified_at < $3 AND verified_at >= $4 THEN 1 ELSE 0 END) AS BIGINT), 0),
             COALESCE(CAST(SUM(CASE WHEN verified_at < $4 AND verified_at >= $5 THEN 1 ELSE 0 END) AS BIGINT), 0),
             COALESCE(CAST(SUM(CASE WHEN verified_at >= $5 THEN 0 ELSE 1 END) AS BIGINT), 0)
         FROM (SELECT verified_at FROM payments WHERE project_id = $1 AND status = 'SUCCESS' AND consumed_at IS NULL
             AND environment || '' = $2 AND ",
        crate::db::payments::gives_goods!(),
        " AND user_key >= '' ORDER BY user_key, payment_seq LIMIT $6) AS waiting"
    );
    let [hour, day, week] = moments;
    let counts: (i64, i64, i64, i64) = on!(tx, c => {
        sqlx::query_as(SQL).bind(project).bind(environment).bind(hour).bind(day).bind(week).bind(limit).fetch_one(c).await?
    });
    Ok([counts.0, counts.1, counts.2, counts.3])
}
