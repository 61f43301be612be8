use reqwest::Method;
use serde_json::json;

use super::call::{Call, Quota};
use super::client::Answered;
use super::failure::ApiFailure;
use crate::stores::google::GoogleStore;
use crate::stores::google::wire::{ProductPurchase, ProductPurchaseV2};
use crate::stores::{Asking, StoreApp};

impl GoogleStore {
    /// purchases.products.get: needs the product, and alone says what a purchase was paid with.
    pub async fn get_product(
        &self,
        app: &StoreApp,
        product_id: &str,
        token: &str,
        asking: Asking,
    ) -> Result<Answered<ProductPurchase>, ApiFailure> {
        let ids = [product_id, token];
        let call = Call::new("get_product", Quota::OneTime, Method::GET, "purchases/products/{}/tokens/{}", &ids)?;
        self.api.ask(app, &call, asking).await
    }

    /// purchases.productsv2.getproductpurchasev2: knows all products of a purchase, and when it was paid for.
    pub async fn get_product_v2(
        &self,
        app: &StoreApp,
        token: &str,
        asking: Asking,
    ) -> Result<Answered<ProductPurchaseV2>, ApiFailure> {
        let call = Call::new("get_product_v2", Quota::OneTime, Method::GET, "purchases/productsv2/tokens/{}", &[token])?;
        self.api.ask(app, &call, asking).await
    }

    /// purchases.products.acknowledge.
    pub async fn acknowledge_product(
        &self,
        app: &StoreApp,
        product_id: &str,
        token: &str,
        asking: Asking,
    ) -> Result<(), ApiFailure> {
        let path = "purchases/products/{}/tokens/{}:acknowledge";
        let call = Call::new("acknowledge_product", Quota::OneTime, Method::POST, path, &[product_id, token])?;
        self.api.tell(app, &call.body(json!({})), asking).await.map(drop)
    }

    /// purchases.products.consume, which acknowledges too.
    pub async fn consume_product(&self, app: &StoreApp, product_id: &str, token: &str, asking: Asking) -> Result<(), ApiFailure> {
        let path = "purchases/products/{}/tokens/{}:consume";
        let call = Call::new("consume_product", Quota::OneTime, Method::POST, path, &[product_id, token])?;
        self.api.tell(app, &call, asking).await.map(drop)
    }
}
