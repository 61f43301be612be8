//! Subscriptions as Gamebase shows them.

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{Names, is_test};
use crate::api::nhn::price::{Whole, currency, number};
use crate::api::nhn::views::{iso_kst, product_type, purchased_at};
use crate::model::SubscriptionState;
use crate::nhn::Period;

/// A subscription by its newest period.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    market_id: &'static str,
    user_id: String,
    payment_seq: String,
    access_token: String,
    product_seq: i64,
    product_id: String,
    product_type: &'static str,
    original_payment_id: String,
    payment_id: String,
    #[schema(value_type = f64, example = 1000.0)]
    price: Box<RawValue>,
    currency: String,
    gamebase_product_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    purchase_time: String,
    expiry_time: String,
    renew_time: String,
    is_test_purchase: bool,
    /// Google's word for the state; here for the other stores too.
    reference_status: &'static str,
}

impl Subscription {
    pub fn new(period: Period, access_token: String, names: &Names) -> Self {
        let reference_status = reference_status(&period);
        let Period { payment, original_order_id, expires_at, renewed_at, .. } = period;
        let price = payment.price.as_ref();
        Self {
            market_id: payment.store.as_str(),
            product_seq: payment.product_seq.0,
            product_type: product_type(payment.product_type),
            price: number(price, Whole::WithPoint),
            currency: currency(price),
            gamebase_product_id: names.name(&payment),
            purchase_time: iso_kst(purchased_at(&payment)),
            expiry_time: iso_kst(expires_at),
            renew_time: iso_kst(renewed_at),
            is_test_purchase: is_test(&payment),
            reference_status,
            user_id: payment.user_key,
            payment_seq: payment.payment_seq.0,
            access_token,
            product_id: payment.product_id,
            original_payment_id: original_order_id,
            payment_id: payment.store_order_id.unwrap_or_default(),
            payload: payment.payload,
        }
    }
}

/// Where a subscription stands, by its newest period.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    user_id: String,
    payment_seq: String,
    access_token: String,
    payment_id: String,
    original_payment_id: String,
    purchase_time: String,
    expiry_time: String,
    renew_time: String,
    reference_status: &'static str,
}

impl Status {
    pub fn new(period: Period, access_token: String) -> Self {
        let reference_status = reference_status(&period);
        let Period { payment, original_order_id, expires_at, renewed_at, .. } = period;
        Self {
            purchase_time: iso_kst(purchased_at(&payment)),
            expiry_time: iso_kst(expires_at),
            renew_time: iso_kst(renewed_at),
            reference_status,
            user_id: payment.user_key,
            payment_seq: payment.payment_seq.0,
            access_token,
            payment_id: payment.store_order_id.unwrap_or_default(),
            original_payment_id: original_order_id,
        }
    }
}

/// Google's word for where a subscription stands.
fn reference_status(period: &Period) -> &'static str {
    let is_first = period.payment.store_order_id.as_ref() == Some(&period.original_order_id);
    match period.state {
        SubscriptionState::Active if is_first => "PURCHASED",
        SubscriptionState::Active => "RENEWED",
        SubscriptionState::Canceled => "CANCELED_SUBSCRIPTION",
        SubscriptionState::OnHold => "ON_HOLD",
        SubscriptionState::InGracePeriod => "IN_GRACE",
        SubscriptionState::Paused => "PAUSED",
        SubscriptionState::Revoked => "REVOKED",
        SubscriptionState::Expired => "EXPIRED",
    }
}
