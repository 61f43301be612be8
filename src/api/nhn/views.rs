//! Results in NHN's keys and their order, and the words in them.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::price::{Whole, currency, number};
use crate::model::{Payment, ProductType, StoreCode, Timestamp, ZoneOffset};
use crate::nhn::Period;

/// A consumed payment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Consumed {
    #[schema(value_type = f64, example = 1500)]
    price: Box<RawValue>,
    /// ISO 4217; `XXX` when the store did not say what was paid.
    #[schema(example = "KRW")]
    currency: String,
    product_seq: i64,
    /// How many were bought; only when more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<i64>,
}

impl Consumed {
    pub fn new(payment: &Payment, whole: Whole) -> Self {
        let price = payment.price.as_ref();
        Self {
            price: number(price, whole),
            currency: currency(price),
            product_seq: payment.product_seq.0,
            quantity: several(payment),
        }
    }
}

/// A paid payment that waits to be consumed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Consumable {
    payment_seq: String,
    product_seq: i64,
    currency: String,
    #[schema(value_type = f64, example = 1000)]
    price: Box<RawValue>,
    /// What consume takes.
    access_token: String,
    /// How many were bought; only when more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<i64>,
}

impl Consumable {
    pub fn new(payment: Payment, access_token: String, whole: Whole) -> Self {
        let price = payment.price.as_ref();
        Self {
            currency: currency(price),
            price: number(price, whole),
            product_seq: payment.product_seq.0,
            quantity: several(&payment),
            payment_seq: payment.payment_seq.0,
            access_token,
        }
    }
}

/// A subscription that gives access, by its newest period.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActiveSubscription {
    channel: String,
    user_id: String,
    payment_seq: String,
    /// The store's package name or bundle id.
    app_id: String,
    product_id: String,
    /// `AUTO_RENEWABLE` or `CONSUMABLE_AUTO_RENEWABLE`.
    product_type: &'static str,
    product_seq: i64,
    currency: String,
    #[schema(value_type = f64, example = 1000)]
    price: Box<RawValue>,
    /// The store's order id of the newest period.
    payment_id: String,
    original_payment_id: String,
    purchase_time_millis: i64,
    expiry_time_millis: i64,
    /// When the renewal was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    renew_time_millis: Option<i64>,
}

impl ActiveSubscription {
    pub fn new(period: Period, whole: Whole) -> Self {
        let Period { payment, original_order_id, expires_at, renewed_at, .. } = period;
        let price = payment.price.as_ref();
        Self {
            product_type: product_type(payment.product_type),
            product_seq: payment.product_seq.0,
            currency: currency(price),
            price: number(price, whole),
            purchase_time_millis: purchased_at(&payment).0,
            expiry_time_millis: expires_at.0,
            renew_time_millis: Some(renewed_at.0),
            channel: payment.user_channel,
            user_id: payment.user_key,
            payment_seq: payment.payment_seq.0,
            app_id: payment.store_app_id,
            product_id: payment.product_id,
            payment_id: payment.store_order_id.unwrap_or_default(),
            original_payment_id: original_order_id,
        }
    }

    /// Gamebase v1.2 never had the key.
    pub fn without_renew_time(self) -> Self {
        Self { renew_time_millis: None, ..self }
    }
}

/// How many were bought, when it is more than one. NHN's form has no key for it, as its stores once sold single pieces only; so
/// the key is there only where leaving it out would cost the player goods.
pub fn several(payment: &Payment) -> Option<i64> {
    Some(payment.remaining_quantity()).filter(|quantity| *quantity > 1)
}

pub const fn product_type(kind: ProductType) -> &'static str {
    match kind {
        ProductType::Consumable => "CONSUMABLE",
        // No call shows one (`nhn::has_form`): NHN has no word for it.
        ProductType::NonConsumable => "NON_CONSUMABLE",
        ProductType::AutoSubscription => "AUTO_RENEWABLE",
        ProductType::ConsumableAutoSubscription => "CONSUMABLE_AUTO_RENEWABLE",
    }
}

pub fn purchased_at(payment: &Payment) -> Timestamp {
    payment.purchased_at.unwrap_or(payment.created_at)
}

/// `2020-06-02T13:38:56+09:00`, as Gamebase writes times.
pub fn iso_kst(at: Timestamp) -> String {
    format!("{}+09:00", at.for_people(ZoneOffset::KST).replace(' ', "T"))
}

/// The store whose subscriptions on hold can be asked for, and whose subscriptions a server can end.
pub const SERVER_ENDED: StoreCode = StoreCode::GooglePlay;

/// The store's code as legacy calls print it.
pub const fn legacy_market(store: StoreCode) -> &'static str {
    match store {
        StoreCode::OneStore => "TS",
        other => other.as_str(),
    }
}

/// The purchase's token as Gamebase prints it: for the one store that it is needed for.
pub fn payment_token(payment: &Payment) -> Option<String> {
    payment.purchase_token.clone().filter(|_| payment.store == StoreCode::OneStore)
}
