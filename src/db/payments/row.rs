//! A payment's row and its way into the model.

use std::str::FromStr;

use crate::error::{Error, Result};
use crate::model::{AccessSalt, AppSeq, Money, Offer, Payment, PaymentSeq, ProductSeq, Timestamp};

/// The columns of `Row`, in any statement.
macro_rules! columns {
    () => {
        concat!(
            "payment_seq, app_seq, store, store_app_id, product_seq, store_product_id, product_name, product_type, \
         user_channel, user_key, status, finish, environment, store_order_id, original_order_id, purchase_token, \
         quantity, price_micros, currency, payload, refusal, created_at, updated_at, purchased_at, verified_at, \
         expires_at, refunded_at, consumed_at, source, offer_type, offer_id, offer_discount, ownership, attribution, \
         superseded_at, access_salt, hand_corrected_at, refunded_by, refunded_micros, refunded_quantity, refund_type, \
         refund_reason, store_account, ",
            $crate::db::payments::is_before_charge!(),
            " AS is_before_charge"
        )
    };
}

/// Whether a payment was bought before its app's date, and staff did not make it consumable; null where it was not bought.
/// Asked of the app's row each time, so that a changed date holds at once, for purchases on their way too. The tolerance is
/// `IN_CHARGE_TOLERANCE_MILLIS`.
macro_rules! is_before_charge {
    () => {
        "(released_at IS NULL AND purchased_at < (SELECT COALESCE(apps.in_charge_since, apps.created_at - 300000) FROM apps
             WHERE apps.app_seq = payments.app_seq))"
    };
}

/// The types that are consumed: `ProductType::is_consumable`. The index `payments_unconsumed` has the same words.
macro_rules! is_of_consumable_type {
    () => {
        "product_type IN ('CONSUMABLE', 'CONSUMABLE_AUTO_SUBSCRIPTION')"
    };
}

/// What may be consumed, apart from status and time: of a consumable type, and not withheld (`Payment::withheld`).
macro_rules! gives_goods {
    () => {
        concat!(
            $crate::db::payments::is_of_consumable_type!(),
            " AND ownership = 'PURCHASED' AND superseded_at IS NULL AND ",
            $crate::db::payments::is_before_charge!(),
            " IS NOT TRUE"
        )
    };
}

pub(super) use columns;
pub(crate) use {gives_goods, is_before_charge, is_of_consumable_type};

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    payment_seq: String,
    app_seq: i64,
    store: String,
    store_app_id: String,
    product_seq: i64,
    store_product_id: String,
    product_name: String,
    product_type: String,
    user_channel: String,
    user_key: String,
    status: String,
    finish: String,
    environment: String,
    store_order_id: Option<String>,
    original_order_id: Option<String>,
    purchase_token: Option<String>,
    quantity: i64,
    price_micros: Option<i64>,
    currency: Option<String>,
    payload: Option<String>,
    refusal: Option<String>,
    created_at: i64,
    updated_at: i64,
    purchased_at: Option<i64>,
    verified_at: Option<i64>,
    expires_at: Option<i64>,
    refunded_at: Option<i64>,
    consumed_at: Option<i64>,
    source: String,
    offer_type: Option<String>,
    offer_id: Option<String>,
    offer_discount: Option<String>,
    ownership: String,
    attribution: String,
    superseded_at: Option<i64>,
    hand_corrected_at: Option<i64>,
    is_before_charge: Option<bool>,
    access_salt: Option<i64>,
    refunded_by: Option<String>,
    refunded_micros: Option<i64>,
    refunded_quantity: Option<i64>,
    refund_type: Option<String>,
    refund_reason: Option<String>,
    store_account: Option<String>,
}

fn parse_enum<T: FromStr>(text: &str) -> Result<T>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| Error::internal(format!("a stored payment has an {error}")))
}

impl TryFrom<Row> for Payment {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let money = row.price_micros.zip(row.currency);
        let offer_type = row.offer_type.as_deref().map(parse_enum).transpose()?;
        Ok(Self {
            payment_seq: PaymentSeq(row.payment_seq),
            app_seq: AppSeq(row.app_seq),
            store: parse_enum(&row.store)?,
            store_app_id: row.store_app_id,
            product_seq: ProductSeq(row.product_seq),
            product_id: row.store_product_id,
            product_name: row.product_name,
            product_type: parse_enum(&row.product_type)?,
            user_channel: row.user_channel,
            user_key: row.user_key,
            status: parse_enum(&row.status)?,
            finish: parse_enum(&row.finish)?,
            environment: parse_enum(&row.environment)?,
            store_order_id: row.store_order_id,
            original_order_id: row.original_order_id,
            purchase_token: row.purchase_token,
            quantity: row.quantity,
            price: money.map(|(price_micros, currency)| Money { price_micros, currency }),
            payload: row.payload,
            refusal: row.refusal.as_deref().map(parse_enum).transpose()?,
            source: parse_enum(&row.source)?,
            offer: offer_type.map(|offer_type| Offer { offer_type, offer_id: row.offer_id, discount_type: row.offer_discount }),
            ownership: parse_enum(&row.ownership)?,
            attribution: parse_enum(&row.attribution)?,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
            purchased_at: row.purchased_at.map(Timestamp),
            verified_at: row.verified_at.map(Timestamp),
            expires_at: row.expires_at.map(Timestamp),
            superseded_at: row.superseded_at.map(Timestamp),
            refunded_at: row.refunded_at.map(Timestamp),
            refunded_by: row.refunded_by.as_deref().map(parse_enum).transpose()?,
            refunded_micros: row.refunded_micros,
            refunded_quantity: row.refunded_quantity,
            refund_type: row.refund_type,
            refund_reason: row.refund_reason,
            store_account: row.store_account,
            consumed_at: row.consumed_at.map(Timestamp),
            is_before_charge: row.is_before_charge.unwrap_or_default(),
            hand_corrected_at: row.hand_corrected_at.map(Timestamp),
            access_salt: row.access_salt.map(AccessSalt),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::model::ProductType;

    #[test]
    fn the_consumable_types_are_the_models() {
        for kind in ProductType::ALL {
            let is_named = is_of_consumable_type!().contains(&format!("'{kind}'"));
            assert_eq!(is_named, kind.is_consumable(), "{kind}");
        }
    }
}
