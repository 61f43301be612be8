//! The shops. One folder per store behind `trait Store`; each knows only `model` and `error`.
//! LIVE, SANDBOX and SIMULATOR go through the same code with other trust roots and base addresses.

mod actions;
pub mod apple;
mod asking;
mod error;
mod fields;
mod google;
mod http;
mod lenient;
mod notification;
mod onestore;
mod proof;
mod purchase_token;
mod registry;
mod settings;
pub mod test_store;
#[cfg(test)]
mod testing;

pub use actions::{
    Action, ActionOutcome, CatalogItem, OfferRequest, OfferSignature, ReceiptNumber, RefundAnswer, RevokeRefund, SentQuery,
    Subject, TakenBack, Unfinished,
};
pub use apple::{check_root, is_private_key};
pub use asking::{Asking, Priority};
pub use error::{Denial, Refusal, StoreError};
pub use notification::{
    Authenticated, Delivery, Effect, NamedOrder, NamedPurchase, NamedToken, Notification, RawNotification, Rejection,
};
pub use proof::{Proof, SignedData};
pub use registry::{Stores, fields_of, is_secret_field, outage_fields_of, simulated_fields};
pub use settings::{Field, OutageFields};
#[cfg(test)]
pub(crate) use testing::{simulated_app, verify_json};

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::Value;

use crate::model::{
    Ability, App, AppSeq, AppSettings, Environment, Finding, FindingCode, HealthStatus, Page, Purchase, Secret, Snapshot,
    StoreCode, Timestamp,
};

/// What an adapter needs to know of an app; credentials are unsealed, so this is never logged or shown.
#[derive(Clone)]
pub struct StoreApp {
    pub app_seq: AppSeq,
    pub store: StoreCode,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub environment: Environment,
    /// Whether a LIVE app also takes sandbox purchases (App Review, TestFlight); they are kept as SANDBOX.
    pub accept_sandbox: bool,
    /// Purchases made earlier were granted by another server.
    pub in_charge_since: Timestamp,
    /// It sells for free and is out of use: it takes no purchases any more. What was paid for elsewhere stays paid.
    pub is_shut: bool,
    /// Until when its purchases may be verified by their signature alone while the store can't be asked (docs/rules.md, Outage mode).
    pub outage_until: Option<Timestamp>,
    /// Extra trust anchors in DER, honoured for SIMULATOR apps only.
    pub trusted_roots: Vec<Vec<u8>>,
    /// The store's fields that are no secret, by name.
    pub settings: AppSettings,
    /// The store's secrets by name, unsealed.
    pub secrets: BTreeMap<String, Secret>,
}

impl StoreApp {
    /// Whether another server was in charge when a purchase was made.
    pub fn is_before_charge(&self, purchased_at: Timestamp) -> bool {
        purchased_at < self.in_charge_since
    }

    /// Whether it is in outage mode.
    pub fn is_in_outage(&self, now: Timestamp) -> bool {
        self.outage_until.is_some_and(|until| now < until)
    }
}

/// One shop: Google Play, the App Store, ONE store or the built-in test store. What a store has no use for keeps its default.
#[async_trait]
pub trait Store: Send + Sync {
    /// Whether the store offers it, and this server can ask for it.
    fn can(&self, _ability: Ability) -> bool {
        false
    }

    /// The optional fields of an app without which its store can't be asked for something.
    fn needed_fields(&self, _ability: Ability) -> &'static [&'static str] {
        &[]
    }

    /// The ends of the addresses below `/callback/subscription/{storeAppId}/` that notifications are taken at.
    fn callback_addresses(&self) -> &'static [&'static str] {
        &[]
    }

    /// Where the store sends an app's notifications, in NHN Cloud IAP's form (docs/stores/nhn.md, Store notifications).
    fn callback_path(&self, _app: &App) -> Option<String> {
        None
    }

    /// The settings that name an app in notification addresses, beside its id in the store.
    fn name_settings(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether it knows purchases by token and product alone: `fetch` and `fetch_subscription` are no use, and it is asked by what is
    /// recorded of the purchase.
    fn is_asked_by_token(&self) -> bool {
        false
    }

    /// Reads a proof's form, and refuses what is malformed or too long, without asking anybody.
    fn read_proof(&self, app: &StoreApp, proof: &Value) -> Result<Proof, Refusal>;

    /// Checks that the store stands behind a proof made for this app, and reads what was bought; the purchase the proof is of
    /// comes first. `asking.now` bounds what may be cached; the purchase's own dates decide validity.
    async fn verify(&self, app: &StoreApp, _proof: &Proof, _asking: Asking) -> Result<Snapshot, Refusal> {
        Err(Refusal::unsupported(app.store))
    }

    /// Checks by its signature alone what a proof is of, for the store can't be asked: a one-time purchase that was paid for, made not
    /// long before `now`. What it gives is provisional.
    fn verify_offline(&self, app: &StoreApp, _proof: &Proof, _now: Timestamp) -> Result<Snapshot, Refusal> {
        Err(Refusal::unsupported(app.store))
    }

    /// How a purchase stands now; none when the store does not know it.
    async fn fetch(&self, app: &StoreApp, _order_id: &str, _asking: Asking) -> Result<Option<Snapshot>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// How a subscription stands now: its latest period and how it goes on; none when the store does not know it.
    async fn fetch_subscription(&self, app: &StoreApp, _chain_id: &str, _asking: Asking) -> Result<Option<Snapshot>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// How the purchase of a token stands now, of a product where it is known; none when the store does not know it. For stores whose
    /// notifications name purchases by token alone.
    async fn fetch_by_token(
        &self,
        app: &StoreApp,
        _purchase_token: &str,
        _product_id: Option<&str>,
        _asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// The orders of a subscription's periods before the one of an order, newest first, where the store's numbers tell them.
    fn earlier_periods(&self, _order_id: &str, _limit: usize) -> Vec<String> {
        Vec::new()
    }

    /// Older periods of a subscription by their orders, as far as the store knows them.
    async fn fetch_periods(
        &self,
        app: &StoreApp,
        _chain_id: &str,
        _order_ids: &[String],
        _asking: Asking,
    ) -> Result<Vec<Purchase>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// A period before the latest one, which a notification was signed for: of a store that answers about the latest alone.
    fn earlier_period(&self, _latest: &Purchase, _order: &NamedOrder) -> Option<Purchase> {
        None
    }

    /// What a number on a player's receipt is to this store.
    fn classify_receipt_number(&self, _app: &StoreApp, _number: &str) -> ReceiptNumber {
        ReceiptNumber::OnItsWord
    }

    /// The purchases of a receipt's number; none when the store does not know it.
    async fn find_by_receipt_number(&self, app: &StoreApp, _number: &str, _asking: Asking) -> Result<Vec<Purchase>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// Whether an id has the form of one that the store can be asked about, of a product where it wants to be told that.
    fn can_find_by_id(&self, _app: &StoreApp, _id: &str, _product_id: Option<&str>) -> bool {
        false
    }

    /// The purchase or subscription of any id that people have; none when the store does not know it.
    async fn find_by_id(
        &self,
        app: &StoreApp,
        _id: &str,
        _product_id: Option<&str>,
        _asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// Does something about a subscription, by its chain's id, or a purchase, by its order's.
    async fn act(
        &self,
        app: &StoreApp,
        _subject: Subject<'_>,
        _action: &Action,
        _asking: Asking,
    ) -> Result<ActionOutcome, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// Signs an offer with the app's key. `nonce` is a UUID in lower case, never used before.
    fn sign_offer(
        &self,
        app: &StoreApp,
        _request: &OfferRequest<'_>,
        _nonce: &str,
        _at: Timestamp,
    ) -> Result<OfferSignature, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// Checks who sent what came to an app's callback address and that it is for this app, when it comes in. Gives what it says,
    /// and the form to keep it in, without what nobody should keep.
    async fn authenticate(&self, app: &StoreApp, _delivery: Delivery<'_>, _now: Timestamp) -> Result<Authenticated, Rejection> {
        Err(Rejection::Forged(StoreError::unsupported(app.store).to_string()))
    }

    /// Reads a notification that was authenticated when it came in, with the same checks as of then: the same at any later time,
    /// as long as the app trusts who signed it.
    fn parse(&self, app: &StoreApp, _kept: &RawNotification) -> Result<Notification, Refusal> {
        Err(StoreError::unsupported(app.store).into())
    }

    /// A kept notification for people to read, with what is encoded in it decoded.
    fn show_notification(&self, payload: &str) -> Value {
        serde_json::from_str(payload).unwrap_or_default()
    }

    /// The names of the lists the store keeps of the notifications it sent an app; each is read by itself.
    fn notification_lists(&self, _app: &StoreApp) -> Vec<&'static str> {
        Vec::new()
    }

    /// A page of what it sent, in the form to keep; one that is not genuine hides none of the others.
    async fn list_sent(
        &self,
        app: &StoreApp,
        _query: SentQuery<'_>,
        _now: Timestamp,
    ) -> Result<Page<Result<Authenticated, Rejection>>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// Tells the store that the buyer has what was bought: acknowledges or consumes the purchase there, as its product's type asks.
    /// Done is done: what the app was quicker with is no failure.
    async fn finish(&self, app: &StoreApp, _purchase: &Unfinished<'_>, _asking: Asking) -> Result<(), StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// A page of what the store took back from anybody since a moment.
    async fn list_refunds(
        &self,
        app: &StoreApp,
        _from: Timestamp,
        _cursor: Option<&str>,
        _asking: Asking,
    ) -> Result<Page<TakenBack>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// The products as they stand in the store's own catalog.
    async fn list_catalog(&self, app: &StoreApp, _asking: Asking) -> Result<Vec<CatalogItem>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// What the store took back from the customer who made a purchase.
    async fn list_refunds_of(&self, app: &StoreApp, _order_id: &str, _asking: Asking) -> Result<Vec<Purchase>, StoreError> {
        Err(StoreError::unsupported(app.store))
    }

    /// Tests whether the store takes the app's credentials, and says what is wrong as exactly as the store lets one tell.
    async fn check(&self, app: &StoreApp, _now: Timestamp) -> Vec<Finding> {
        vec![Finding::new(FindingCode::Unreachable, HealthStatus::Failed).detail(StoreError::unsupported(app.store))]
    }
}
