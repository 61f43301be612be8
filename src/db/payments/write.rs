//! How payments are written: made, and saved as a use case left them. What others may do at the same time (consume, close,
//! assign) is a statement of its own that asks and sets; `false` means that its condition did not hold.

use std::sync::LazyLock;

use super::columns::{changing_columns, fixed_columns};
use crate::db::bulk::{self, Value};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Actor, Payment, ProjectId, RefusalCode, Timestamp};

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
pub(super) fn values<'a>(project: &'a ProjectId, payment: &'a Payment) -> [Value<'a>; 45] {
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
        millis(payment.provisional_since).into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_changing_columns_come_after_the_fixed_ones() {
        assert_eq!(1 + fixed_columns!().split(", ").count(), FIXED);
        assert!(SAVE.contains("provisional_since = $42") && !SAVE.contains("$43"), "{}", *SAVE);
    }
}
