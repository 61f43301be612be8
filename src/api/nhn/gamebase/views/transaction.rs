use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{Names, is_test};
use crate::api::nhn::price::{Whole, currency, number};
use crate::api::nhn::views::payment_token;
use crate::api::nhn::views::{iso_kst, product_type, purchased_at, several};
use crate::model::Payment;

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
