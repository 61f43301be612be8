use async_trait::async_trait;
use serde_json::Value;

use super::api::{Client, Hosts};
use super::offline::read_offline;
use super::push::{PushKeys, read_kept};
use super::subscription::earlier_periods;
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
            | Ability::VerifyOffline
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

    fn verify_offline(&self, app: &StoreApp, proof: &Proof, now: Timestamp) -> Result<Snapshot, Refusal> {
        read_offline(app, proof, now)
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

    fn earlier_periods(&self, order_id: &str, limit: usize) -> Vec<String> {
        earlier_periods(order_id, limit)
    }

    async fn fetch_periods(
        &self,
        app: &StoreApp,
        chain_id: &str,
        order_ids: &[String],
        asking: Asking,
    ) -> Result<Vec<Purchase>, StoreError> {
        self.fetch_older_periods(app, chain_id, order_ids, asking).await
    }

    /// The receipt Google mails shows the order's number, which the proof carries too.
    fn classify_receipt_number(&self, app: &StoreApp, _number: &str) -> ReceiptNumber {
        let has_credential = ["service_account", "refresh_token"].iter().any(|name| app.secrets.contains_key(*name));
        if has_credential { ReceiptNumber::Askable } else { ReceiptNumber::OrderId }
    }

    fn can_find_by_id(&self, app: &StoreApp, id: &str, _product_id: Option<&str>) -> bool {
        let is_askable = self.classify_receipt_number(app, id) == ReceiptNumber::Askable;
        is_askable && (is_order_id(id) || is_purchase_token(id))
    }

    async fn find_by_id(
        &self,
        app: &StoreApp,
        id: &str,
        product_id: Option<&str>,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        match is_order_id(id) {
            true => self.fetch_order(app, id, asking).await,
            false => self.fetch_token(app, id, product_id, asking).await,
        }
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

/// `GPA.1234-5678-9012-34567`, of a renewal with its number behind two dots.
fn is_order_id(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("GPA.") else { return false };
    let (order, renewal) = rest.split_once("..").unwrap_or((rest, "0"));
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    order.split('-').map(str::len).eq([4, 4, 4, 5]) && order.split('-').all(is_number) && is_number(renewal)
}

/// Tokens are longer than order numbers, and one word.
fn is_purchase_token(text: &str) -> bool {
    const BYTES: std::ops::RangeInclusive<usize> = 65..=1_000;
    BYTES.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_known_by_their_form() {
        for (text, is_order) in [
            ("GPA.1234-5678-9012-34567", true),
            ("GPA.1234-5678-9012-34567..12", true),
            ("GPA.1234-5678-9012-3456", false),
            ("gpa.1234-5678-9012-34567", false),
            ("GPA.1234-5678-9012-34567..", false),
        ] {
            assert_eq!(is_order_id(text), is_order, "{text}");
        }
        assert!(is_purchase_token(&"a.B-_9".repeat(12)) && !is_purchase_token("short") && !is_purchase_token(&"a b".repeat(30)));
    }
}
