//! The shops. One folder per store behind `trait Store`; each knows only `model` and `error`.
//! LIVE, SANDBOX and SIMULATOR go through the same code with other trust roots and base addresses.

pub mod apple;
mod asking;
mod fields;
mod form;
mod registry;
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

use crate::error::Error;
use crate::model::{AppSeq, AppSettings, Environment, Finding, Purchase, RefusalCode, Renewal, Secret, StoreCode, Timestamp};

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
