//! The shops. One folder per store behind `trait Store`; each knows only `model` and `error`.
//! LIVE, SANDBOX and SIMULATOR go through the same code with other trust roots and base addresses.

pub mod apple;
mod asking;
mod fields;
mod form;
mod registry;
pub mod simulator;
pub mod test_store;
#[cfg(test)]
mod testing;

pub use apple::{check_root, is_private_key};
pub use asking::{Asking, Priority, ProofForm};
pub use registry::Stores;
#[cfg(test)]
pub(crate) use testing::simulated_app;

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::model::{
    AppSeq, AppSettings, Environment, Evidence, ExpirationReason, Finding, Money, Offer, Ownership, PriceConsent, ProductType,
    PurchaseKind, RefusalCode, Secret, StoreCode, Timestamp,
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
}

/// A store's proof as the client hands it over (docs/rules.md, Proofs). Unparsed JSON, at most the body limit.
pub type Proof = serde_json::Value;

/// What a store signed or confirmed about one purchase or paid period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Purchase {
    /// The store's own number of this purchase or renewal; grants once.
    pub order_id: String,
    /// Another number the same purchase is seen with: a restored non-consumable's.
    #[serde(default)]
    pub other_id: Option<String>,
    /// The store's id of the paid period, the same under every `order_id` the period is seen with (Apple's
    /// webOrderLineItemId); subscriptions only.
    #[serde(default)]
    pub period_id: Option<String>,
    /// The chain: the number of its first purchase, equal to `order_id` for one-time purchases.
    pub original_order_id: String,
    /// The chain this one goes on from under a new number (Apple's previousOriginalTransactionId).
    #[serde(default)]
    pub previous_chain_id: Option<String>,
    /// The product's id in the store's console.
    pub product_id: String,
    pub quantity: u32,
    /// The account token the app handed to the store, lower case.
    pub account_token: Option<String>,
    pub environment: Environment,
    pub purchased_at: Timestamp,
    /// When the chain began, where the store says so.
    pub started_at: Option<Timestamp>,
    /// End of the paid period; subscriptions only.
    pub expires_at: Option<Timestamp>,
    /// Chosen but not paid for yet (cash, a parent's consent): nothing may be granted.
    pub pending: bool,
    /// When the store took the purchase back.
    pub revoked_at: Option<Timestamp>,
    /// What the store gave back, where it says more than that it took the purchase back.
    #[serde(default)]
    pub refund: Option<RefundedPart>,
    /// What the player paid, for the whole quantity; some stores do not say.
    pub price: Option<Money>,
    /// What the store sold, so that a product of another type is refused; `None` when the store does not say.
    pub kind: Option<PurchaseKind>,
    /// Charged by the store on its own, rather than bought by the player.
    pub is_renewal: bool,
    /// Another plan took its place before its end.
    pub is_superseded: bool,
    pub ownership: Ownership,
    pub offer: Option<Offer>,
    /// The group of plans it can move within.
    pub group_id: Option<String>,
    /// The store's id of the account that paid, the same in all of its purchases in this app.
    pub store_account: Option<String>,
    /// When the store said this: of two words on one order the later one holds.
    pub signed_at: Timestamp,
    /// The proof's decoded fields, kept as evidence and shown to support staff; no certificates, no secrets.
    #[serde(skip)]
    pub evidence: Evidence,
}

impl Purchase {
    /// What makes the purchase one, under however many numbers it is seen (docs/rules.md, Identity of a purchase): the paid period's id where the player
    /// paid for it, else its own number. Unique in an app.
    pub fn identity(&self) -> String {
        match self.period_id.as_ref().filter(|_| self.ownership == Ownership::Purchased) {
            Some(period_id) => format!("period:{period_id}"),
            None => self.order_id.clone(),
        }
    }

    /// Whether the store says that it is a paid period of a subscription.
    pub fn is_subscription(&self) -> bool {
        self.kind == Some(PurchaseKind::AutoRenewable)
    }

    /// Whether the store sells it as a product of this type, as far as it says so.
    pub fn is_of_type(&self, product_type: ProductType) -> bool {
        self.kind.is_none_or(|kind| kind.fits(product_type))
    }
}

/// What a store gave back of a purchase.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RefundedPart {
    /// In millionths of the price's currency; all of the price when the store does not say.
    pub price_micros: Option<i64>,
    /// How many of the pieces; all of them when the store does not say.
    pub quantity: Option<u32>,
    /// The store's own name of the type, e.g. `REFUND_PRORATED`.
    pub kind: Option<String>,
    /// The store's own name or number of the reason.
    pub reason: Option<String>,
}

/// What a store signed or confirmed about how a chain goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Renewal {
    pub chain_id: String,
    /// The plan from the next renewal on.
    pub next_product_id: Option<String>,
    pub auto_renew: bool,
    /// The store tries to charge again.
    pub in_retry: bool,
    pub is_paused: bool,
    pub grace_end: Option<Timestamp>,
    pub expiration_reason: Option<ExpirationReason>,
    pub price_consent: Option<PriceConsent>,
    pub next_price: Option<Money>,
    /// When the latest period ends.
    pub renews_at: Option<Timestamp>,
    pub signed_at: Timestamp,
}

/// A store's notification whose signatures and addressee were checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// The store's own number of it, the same however often it is sent.
    pub id: String,
    /// The store's own words.
    pub kind: String,
    pub subtype: Option<String>,
    pub environment: Environment,
    pub signed_at: Timestamp,
    pub purchase: Option<Purchase>,
    pub renewal: Option<Renewal>,
    /// Why something it carries could not be read, and was left out.
    pub unread: Option<String>,
}

/// Why a proof is no good: the code the caller gets, and a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: RefusalCode,
    pub reason: String,
}

impl Refusal {
    pub fn new(code: RefusalCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    /// The proof is forged, damaged or of the wrong form.
    pub fn proof(reason: impl Into<String>) -> Self {
        Self::new(RefusalCode::ProofInvalid, reason)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { code: refusal.code, reason: refusal.reason }
    }
}

/// One shop: Google Play, the App Store, ONE store or the built-in test store.
#[async_trait]
pub trait Store: Send + Sync {
    /// Reads a proof's form, and refuses what is malformed or too long, without asking anybody.
    fn read_form(&self, app: &StoreApp, proof: &Proof) -> Result<ProofForm, Refusal>;

    /// Checks that the store stands behind a proof made for this app, and reads what was bought.
    /// `asking.now` bounds what may be cached; the purchase's own dates decide validity.
    async fn verify(&self, app: &StoreApp, proof: &Proof, asking: Asking) -> Result<Purchase, Refusal>;

    /// Tests whether the store takes the app's credentials, and says what is wrong as exactly as the store lets one tell.
    async fn check(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding>;
}
