//! v1.3's results: prices with a point, times in Korea's zone.

mod consumable;
mod subscription;
mod transaction;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::nhn::code::Fail;
use crate::api::nhn::price::{Whole, currency, number};
use crate::api::nhn::views::several;
use crate::catalog;
use crate::model::{Environment, Payment, ProductSeq, ProjectId};
use crate::state::AppState;

pub use consumable::Consumable;
pub use subscription::{Status, Subscription};
pub use transaction::Transaction;

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

fn is_test(payment: &Payment) -> bool {
    payment.environment != Environment::Live
}
