//! The built-in test store: it sells, and its proof is a text. It knows no subscription and sends no notification.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::translate::{Notifier, SimulatedStore};
use crate::error::Result;
use crate::model::{SimulatedPurchase, StoreEnvironment, Timestamp};
use crate::state::AppState;

const ORDER_ID_FIRST: u64 = 2_000_000_000_000_000;

/// The test store as it is played.
pub(super) struct SimulatedTestStore;

#[async_trait]
impl SimulatedStore for SimulatedTestStore {
    fn order_id(&self, _: StoreEnvironment, number: i64, _: Timestamp) -> String {
        (ORDER_ID_FIRST + number.unsigned_abs()).to_string()
    }

    async fn prove(&self, _: &AppState, sale: &SimulatedPurchase, _: Timestamp) -> Result<Value> {
        Ok(json!({ "token": token(sale).to_string() }))
    }

    fn notifier(&self) -> Option<&dyn Notifier> {
        None
    }
}

fn token(sale: &SimulatedPurchase) -> Value {
    let mut token = json!({ "orderId": sale.order_id, "productId": sale.product_id, "quantity": sale.quantity });
    if let Some(account_token) = &sale.account_token {
        token["accountToken"] = account_token.as_str().into();
    }
    if let Some(price) = &sale.price {
        token["price"] = price.to_decimal().into();
        token["currency"] = price.currency.as_str().into();
    }
    if sale.revoked_at.is_some() {
        token["refunded"] = true.into();
    }
    token
}
