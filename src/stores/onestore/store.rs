use async_trait::async_trait;
use serde_json::Value;

use super::api::{Client, Hosts};
use super::lookup::Named;
use super::notification::{UnsignedCount, authenticate_message, read_kept, without_token};
use super::period::earlier_period;
use super::receipt::read_proof;
use crate::model::{Ability, App, Finding, Page, Purchase, Snapshot, Timestamp};
use crate::stores::http::Limits;
use crate::stores::{
    Action, ActionOutcome, Asking, Authenticated, Delivery, NamedOrder, Notification, Proof, RawNotification, ReceiptNumber,
    Refusal, Rejection, Store, StoreApp, StoreError, Subject, TakenBack, Unfinished,
};

/// The end of the address notifications are sent to, below `/callback/subscription/`.
const ADDRESS: &str = "ONESTORE";

/// The adapter of ONE store. The proof is `{"purchaseToken": "…", "productId": "…", "data"?: "…", "signature"?: "…"}`, as ONE store's
/// SDK hands it to the app.
pub struct OneStore {
    pub(super) api: Client,
    unsigned: UnsignedCount,
}

impl OneStore {
    pub fn new(hosts: Hosts, limits: Limits) -> Self {
        Self { api: Client::new(hosts, limits), unsigned: UnsignedCount::default() }
    }

    /// Where ONE store is reached.
    pub fn hosts(&self) -> &Hosts {
        self.api.hosts()
    }
}

#[async_trait]
impl Store for OneStore {
    fn can(&self, ability: Ability) -> bool {
        match ability {
            Ability::Fetch
            | Ability::ListVoided
            | Ability::Finish
            | Ability::Cancel
            | Ability::Reactivate
            | Ability::Defer
            | Ability::VerifyLate
            | Ability::SandboxBesideLive => true,
            Ability::FindByReceiptNumber
            | Ability::Extend
            | Ability::SignOffer
            | Ability::ListNotifications
            | Ability::ListRefunds
            | Ability::Revoke
            | Ability::Refund
            | Ability::VerifyOffline
            | Ability::ListCatalog => false,
        }
    }

    fn callback_addresses(&self) -> &'static [&'static str] {
        &[ADDRESS]
    }

    /// To the package name ONE store knows the app by.
    fn callback_path(&self, app: &App) -> Option<String> {
        let package_name = app.settings.get("package_name").filter(|name| !name.is_empty()).unwrap_or(&app.store_app_id);
        Some(format!("/markets/ONESTORE/notification/{package_name}/receive"))
    }

    fn name_settings(&self) -> &'static [&'static str] {
        &["package_name", "client_id"]
    }

    fn is_asked_by_token(&self) -> bool {
        true
    }

    fn read_proof(&self, app: &StoreApp, proof: &Value) -> Result<Proof, Refusal> {
        read_proof(app, proof)
    }

    async fn verify(&self, app: &StoreApp, proof: &Proof, asking: Asking) -> Result<Snapshot, Refusal> {
        self.verify_token(app, proof, asking).await
    }

    async fn fetch_by_token(
        &self,
        app: &StoreApp,
        purchase_token: &str,
        product_id: Option<&str>,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        let unnamed = || StoreError::Rejected("ONE store has to be told the purchase's product too".to_owned());
        let named = Named { token: purchase_token, product_id: product_id.ok_or_else(unnamed)? };
        self.fetch_token(app, named, asking).await
    }

    fn earlier_period(&self, latest: &Purchase, order: &NamedOrder) -> Option<Purchase> {
        earlier_period(latest, order)
    }

    /// A player finds the purchase's number in ONE store's list of purchases. ONE store can't be asked by it.
    fn classify_receipt_number(&self, _app: &StoreApp, _number: &str) -> ReceiptNumber {
        ReceiptNumber::OrderId
    }

    /// ONE store is asked by token and product alone.
    fn can_find_by_id(&self, app: &StoreApp, id: &str, product_id: Option<&str>) -> bool {
        const TOKEN_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
        let is_token = TOKEN_BYTES.contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        product_id.is_some() && is_token && app.secrets.contains_key("client_secret")
    }

    async fn find_by_id(
        &self,
        app: &StoreApp,
        id: &str,
        product_id: Option<&str>,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        self.fetch_by_token(app, id, product_id, asking).await
    }

    async fn act(
        &self,
        app: &StoreApp,
        subject: Subject<'_>,
        action: &Action,
        asking: Asking,
    ) -> Result<ActionOutcome, StoreError> {
        self.do_action(app, subject, action, asking).await
    }

    async fn authenticate(&self, app: &StoreApp, delivery: Delivery<'_>, now: Timestamp) -> Result<Authenticated, Rejection> {
        authenticate_message(app, delivery, &self.unsigned, now)
    }

    fn parse(&self, app: &StoreApp, kept: &RawNotification) -> Result<Notification, Refusal> {
        read_kept(app, kept)
    }

    /// Without the token, which opens a purchase: staff need none.
    fn show_notification(&self, payload: &str) -> Value {
        without_token(payload)
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

    async fn check(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding> {
        self.check_connection(app, now).await
    }
}
