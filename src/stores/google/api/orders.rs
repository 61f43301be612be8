use reqwest::Method;
use serde_json::Value;

use super::call::{Call, Quota};
use super::client::Answered;
use super::failure::ApiFailure;
use crate::stores::google::GoogleStore;
use crate::stores::google::wire::{Order, OrderBatch};
use crate::stores::{Asking, StoreApp};

impl GoogleStore {
    /// orders.get: what was paid, and what was given back of it.
    pub async fn get_order(&self, app: &StoreApp, order_id: &str, asking: Asking) -> Result<Answered<Order>, ApiFailure> {
        let call = Call::new("get_order", Quota::Orders, Method::GET, "orders/{}", &[order_id])?;
        self.api.ask(app, &call, asking).await
    }

    /// orders.batchget: the same of several orders, which must all be there.
    pub async fn get_orders(
        &self,
        app: &StoreApp,
        order_ids: &[String],
        asking: Asking,
    ) -> Result<Vec<Answered<Order>>, ApiFailure> {
        let mut call = Call::new("get_orders", Quota::Orders, Method::GET, "orders:batchGet", &[])?;
        for order_id in order_ids {
            call = call.query("orderIds", Some(order_id.clone()));
        }
        let batch: Answered<OrderBatch> = self.api.ask(app, &call, asking).await?;
        let said_at = batch.said_at;
        Ok(batch
            .data
            .orders
            .into_iter()
            .zip(values(&batch.value))
            .map(|(data, value)| Answered { data, value, said_at })
            .collect())
    }

    /// orders.refund; whoever is not revoked keeps what they bought, and the order is not listed as voided.
    pub async fn refund_order(&self, app: &StoreApp, order_id: &str, revoke: bool, asking: Asking) -> Result<(), ApiFailure> {
        let call = Call::new("refund_order", Quota::Orders, Method::POST, "orders/{}:refund", &[order_id])?;
        let call = call.query("revoke", Some(revoke.to_string())).once();
        self.api.tell(app, &call, asking).await.map(drop)
    }

    /// orders.reviewrefund: Google takes the first answer, and says nothing of later ones.
    pub async fn review_refund(&self, app: &StoreApp, order_id: &str, review: Value, asking: Asking) -> Result<(), ApiFailure> {
        let call = Call::new("review_refund", Quota::Orders, Method::POST, "orders/{}:reviewrefund", &[order_id])?;
        self.api.tell(app, &call.body(review), asking).await.map(drop)
    }
}

/// The orders of a batch as they came.
fn values(batch: &Value) -> impl Iterator<Item = Value> {
    batch["orders"].as_array().cloned().unwrap_or_default().into_iter()
}
