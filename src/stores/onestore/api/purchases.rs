use reqwest::Method;
use serde_json::json;

use super::call::Call;
use super::client::Answered;
use super::failure::ApiFailure;
use crate::stores::onestore::OneStore;
use crate::stores::onestore::lookup::Named;
use crate::stores::onestore::wire::ManagedPurchase;
use crate::stores::onestore::world::World;
use crate::stores::{Asking, StoreApp};

impl OneStore {
    /// getPurchaseDetails: of a managed product alone.
    pub async fn get_purchase(
        &self,
        app: &StoreApp,
        world: World,
        named: Named<'_>,
        asking: Asking,
    ) -> Result<Answered<ManagedPurchase>, ApiFailure> {
        let path = "purchases/inapp/products/{}/{}";
        let call = Call::new("get_purchase", Method::GET, path, &[named.product_id, named.token])?;
        self.api.ask(app, world, &call, asking).await
    }

    /// consumePurchase, which acknowledges too. No developer payload is sent: one that differs would be refused.
    pub async fn consume_purchase(
        &self,
        app: &StoreApp,
        world: World,
        named: Named<'_>,
        asking: Asking,
    ) -> Result<(), ApiFailure> {
        let path = "purchases/inapp/products/{}/{}/consume";
        let call = Call::new("consume_purchase", Method::POST, path, &[named.product_id, named.token])?;
        self.api.tell(app, world, &call.body(json!({})), asking).await.map(drop)
    }

    /// acknowledgePurchase. `kind` is `all`; whether a subscription is taken there ONE store does not say.
    pub async fn acknowledge_purchase(
        &self,
        app: &StoreApp,
        world: World,
        kind: &'static str,
        named: Named<'_>,
        asking: Asking,
    ) -> Result<(), ApiFailure> {
        let path = format!("purchases/{kind}/products/{{}}/{{}}/acknowledge");
        let call = Call::new("acknowledge_purchase", Method::POST, &path, &[named.product_id, named.token])?;
        self.api.tell(app, world, &call.body(json!({})), asking).await.map(drop)
    }
}
