//! The shops. One folder per store behind `trait Store`; each knows only `model` and `error`.
//! LIVE, SANDBOX and SIMULATOR go through the same code with other trust roots and base addresses.

pub mod apple;
mod fields;
mod registry;
pub mod simulator;
pub mod test_store;
#[cfg(test)]
mod testing;

pub use apple::{check_root, is_private_key};
pub use registry::Stores;
#[cfg(test)]
pub(crate) use testing::simulated_app;

use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::error::Error;
use crate::model::{AppSeq, AppSettings, Environment, Money, RefusalCode, Secret, StoreCode, Timestamp};

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
    /// Extra trust anchors in DER, honoured for SIMULATOR apps only.
    pub trusted_roots: Vec<Vec<u8>>,
    /// The store's fields that are no secret, by name.
    pub settings: AppSettings,
    /// The store's secrets by name, unsealed.
    pub secrets: BTreeMap<String, Secret>,
}

/// A store's proof as the client hands it over: design.md 5.1, `proof` per store. Unparsed JSON, at most the body limit.
pub type Proof = serde_json::Value;

/// What a store signed or confirmed about one purchase.
#[derive(Debug, Clone, PartialEq)]
pub struct Purchase {
    /// The store's own number of this purchase or renewal; grants once.
    pub order_id: String,
    /// The number of the first purchase of a chain; equal to `order_id` for one-time purchases.
    pub original_order_id: String,
    /// The product's id in the store's console.
    pub product_id: String,
    pub quantity: u32,
    /// The account token the app handed to the store, lower case.
    pub account_token: Option<String>,
    pub environment: Environment,
    pub purchased_at: Timestamp,
    /// End of the paid period; subscriptions only.
    pub expires_at: Option<Timestamp>,
    /// Chosen but not paid for yet (cash, a parent's consent): nothing may be granted.
    pub pending: bool,
    /// When the store took the purchase back.
    pub revoked_at: Option<Timestamp>,
    /// What the player paid, for the whole quantity; some stores do not say.
    pub price: Option<Money>,
    /// A subscription, so that a product of another type is refused; `None` when the store does not say.
    pub is_subscription: Option<bool>,
    /// The proof's decoded fields, kept as evidence and shown to support staff; no certificates, no secrets.
    pub evidence: serde_json::Value,
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
    /// Checks that the store stands behind a proof made for this app, and reads what was bought.
    /// `now` bounds what may be cached; the purchase's own dates decide validity.
    async fn verify(&self, app: &StoreApp, proof: &Proof, now: Timestamp) -> Result<Purchase, Refusal>;
}
