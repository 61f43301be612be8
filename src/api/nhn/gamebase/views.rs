//! v1.3's results: prices with a point, times in Korea's zone.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::nhn::code::Fail;
use crate::api::nhn::price::{Whole, currency, number};
use crate::api::nhn::stores::payment_token;
use crate::api::nhn::views::{iso_kst, product_type, purchased_at, several};
use crate::catalog;
use crate::model::{Environment, Payment, ProductSeq, ProjectId, SubscriptionState};
use crate::nhn::Period;
use crate::state::AppState;

/// The names Gamebase knows products by: our `sku`, else the product's id in its store.
pub struct Names(HashMap<ProductSeq, String>);

impl Names {
    pub async fn of(state: &AppState, project: &ProjectId, payments: impl Iterator<Item = &Payment>) -> Result<Self, Fail> {
        let products: Vec<ProductSeq> = payments.map(|payment| payment.product_seq).collect();
        Ok(Self(catalog::list_skus(state, project, &products).await?))
    }

    fn name(&self, payment: &Payment) -> String {
        self.0.get(&payment.product_seq).unwrap_or(&payment.product_id).clone()
    }
}

/// A consumed payment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Consumed {
    #[schema(value_type = f64, example = 1500.0)]
    price: Box<RawValue>,
    currency: String,
    product_seq: i64,
    market_id: &'static str,
    /// The product's `sku`, else its id in the store.
    gamebase_product_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    /// How many were bought; only when more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<i64>,
}

impl Consumed {
    pub fn new(payment: Payment, names: &Names) -> Self {
        let price = payment.price.as_ref();
        Self {
            price: number(price, Whole::WithPoint),
            currency: currency(price),
            product_seq: payment.product_seq.0,
            market_id: payment.store.as_str(),
            gamebase_product_id: names.name(&payment),
            quantity: several(&payment),
            payload: payment.payload,
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
    #[schema(value_type = f64, example = 2500.0)]
    price: Box<RawValue>,
    market_id: &'static str,
    access_token: String,
    payment_id: String,
    gamebase_product_id: String,
    #[schema(example = "2020-06-02T13:38:56+09:00")]
    purchase_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    is_test_purchase: bool,
    /// How many were bought; only when more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<i64>,
}

impl Consumable {
    pub fn new(payment: Payment, access_token: String, names: &Names) -> Self {
        let price = payment.price.as_ref();
        Self {
            product_seq: payment.product_seq.0,
            currency: currency(price),
            price: number(price, Whole::WithPoint),
            market_id: payment.store.as_str(),
            gamebase_product_id: names.name(&payment),
            purchase_time: iso_kst(purchased_at(&payment)),
            is_test_purchase: is_test(&payment),
            quantity: several(&payment),
            payment_seq: payment.payment_seq.0,
            access_token,
            payment_id: payment.store_order_id.unwrap_or_default(),
            payload: payment.payload,
        }
    }
}

/// One payment, found by its token.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    payment_seq: String,
    product_seq: i64,
    currency: String,
    #[schema(value_type = f64, example = 2.29)]
    price: Box<RawValue>,
    market_id: &'static str,
    access_token: String,
    payment_id: String,
    /// ONE store's own purchase token; there only.
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_token: Option<String>,
    product_type: &'static str,
    user_id: String,
    gamebase_product_id: String,
    purchase_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    is_test_purchase: bool,
    /// Whether consume would succeed now.
    is_consumable: bool,
    /// How many were bought; only when more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<i64>,
}

impl Transaction {
    pub fn new(payment: Payment, access_token: String, names: &Names) -> Self {
        let price = payment.price.as_ref();
        Self {
            product_seq: payment.product_seq.0,
            currency: currency(price),
            price: number(price, Whole::WithPoint),
            market_id: payment.store.as_str(),
            product_type: product_type(payment.product_type),
            gamebase_product_id: names.name(&payment),
            purchase_time: iso_kst(purchased_at(&payment)),
            is_test_purchase: is_test(&payment),
            is_consumable: payment.is_consumable(),
            quantity: several(&payment),
            payment_token: payment_token(&payment),
            payment_seq: payment.payment_seq.0,
            access_token,
            payment_id: payment.store_order_id.unwrap_or_default(),
            user_id: payment.user_key,
            payload: payment.payload,
        }
    }
}

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

fn is_test(payment: &Payment) -> bool {
    payment.environment != Environment::Live
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
