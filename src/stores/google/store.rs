use async_trait::async_trait;
use serde_json::Value;

use super::api::{Client, Hosts};
use super::push::{PushKeys, read_kept};
use crate::model::{Ability, App, Finding, Page, Purchase, Snapshot, Timestamp};
use crate::stores::http::Limits;
use crate::stores::purchase_token::read_signed_purchase_token;
use crate::stores::{
    Action, ActionOutcome, Asking, Authenticated, CatalogItem, Delivery, Notification, Proof, RawNotification, ReceiptNumber,
    Refusal, Rejection, Store, StoreApp, StoreError, Subject, TakenBack, Unfinished,
};

/// The end of the address notifications are sent to.
const ADDRESS: &str = "GG";

/// The adapter of Google Play. The proof is `{"purchaseToken": "…", "productId"?: "…", "data"?: "…", "signature"?: "…"}`, as the Play
/// Billing Library hands it to the app.
pub struct GoogleStore {
    pub(super) api: Client,
    pub(super) push_keys: PushKeys,
}

impl GoogleStore {
    pub fn new(hosts: Hosts, limits: Limits) -> Self {
        Self { api: Client::new(hosts, limits), push_keys: PushKeys::new() }
    }

    /// Where Google is reached.
    pub fn hosts(&self) -> &Hosts {
        self.api.hosts()
    }
}

#[async_trait]
impl Store for GoogleStore {
    fn can(&self, ability: Ability) -> bool {
        match ability {
            Ability::Fetch
            | Ability::FindByReceiptNumber
            | Ability::ListVoided
            | Ability::Finish
            | Ability::Cancel
            | Ability::Revoke
            | Ability::Refund
            | Ability::Defer
            | Ability::ListCatalog
            | Ability::VerifyLate
            | Ability::SandboxBesideLive => true,
            Ability::Extend | Ability::Reactivate | Ability::SignOffer | Ability::ListNotifications | Ability::ListRefunds => {
                false
            }
        }
    }

    fn callback_addresses(&self) -> &'static [&'static str] {
        &[ADDRESS]
    }

    fn callback_path(&self, app: &App) -> Option<String> {
        Some(format!("/callback/subscription/{}/{ADDRESS}", app.store_app_id))
    }

    fn read_proof(&self, _app: &StoreApp, proof: &Value) -> Result<Proof, Refusal> {
        read_signed_purchase_token(proof)
    }

    async fn verify(&self, app: &StoreApp, proof: &Proof, asking: Asking) -> Result<Snapshot, Refusal> {
        self.verify_token(app, proof, asking).await
    }

    async fn fetch(&self, app: &StoreApp, order_id: &str, asking: Asking) -> Result<Option<Snapshot>, StoreError> {
        self.fetch_order(app, order_id, asking).await
    }

    async fn fetch_subscription(&self, app: &StoreApp, chain_id: &str, asking: Asking) -> Result<Option<Snapshot>, StoreError> {
        self.fetch_chain(app, chain_id, asking).await
    }

    async fn fetch_by_token(
        &self,
        app: &StoreApp,
        purchase_token: &str,
        product_id: Option<&str>,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        self.fetch_token(app, purchase_token, product_id, asking).await
    }

    /// The receipt Google mails shows the order's number, which the proof carries too.
    fn classify_receipt_number(&self, app: &StoreApp, _number: &str) -> ReceiptNumber {
        let has_credential = ["service_account", "refresh_token"].iter().any(|name| app.secrets.contains_key(*name));
        if has_credential { ReceiptNumber::Askable } else { ReceiptNumber::OrderId }
    }

    async fn find_by_receipt_number(&self, app: &StoreApp, number: &str, asking: Asking) -> Result<Vec<Purchase>, StoreError> {
        Ok(self.fetch_order(app, number, asking).await?.map(|snapshot| snapshot.purchases).unwrap_or_default())
    }

    async fn act(
        &self,
        app: &StoreApp,
        subject: Subject<'_>,
        action: &Action,
        asking: Asking,
    ) -> Result<ActionOutcome, StoreError> {
        self.do_action(app, subject.id, action, asking).await
    }

    async fn authenticate(&self, app: &StoreApp, delivery: Delivery<'_>, now: Timestamp) -> Result<Authenticated, Rejection> {
        self.authenticate_push(app, delivery, now).await
    }

    fn parse(&self, app: &StoreApp, kept: &RawNotification) -> Result<Notification, Refusal> {
        read_kept(app, kept)
    }

    async fn finish(&self, app: &StoreApp, purchase: &Unfinished<'_>, asking: Asking) -> Result<(), StoreError> {
        self.finish_purchase(app, purchase, asking).await
    }

    async fn list_refunds(
        &self,
        app: &StoreApp,
        from: Timestamp,
        cursor: Option<&str>,
        asking: Asking,
    ) -> Result<Page<TakenBack>, StoreError> {
        self.list_taken_back(app, from, cursor, asking).await
    }

    async fn list_catalog(&self, app: &StoreApp, asking: Asking) -> Result<Vec<CatalogItem>, StoreError> {
        self.list_all_products(app, asking).await
    }

    async fn check(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding> {
        self.check_connection(app, now).await
    }
}
