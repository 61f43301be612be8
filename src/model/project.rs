use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AppSeq, Environment, ProductSeq, ProductType, ProjectId, StoreCode, Timestamp, UseStatus};

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    /// Whether apps may list and consume by themselves (the built-in model), without a game server.
    pub client_consume: bool,
    /// Whether those apps must send a signed user token to list and consume.
    pub user_token_required: bool,
    pub created_at: Timestamp,
}

/// One AppKey of a project; it identifies and proves nothing, so it is shown any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppKey {
    pub app_key: String,
    pub created_at: Timestamp,
    /// The end of its overlap, when it was rotated.
    pub expires_at: Option<Timestamp>,
}

/// One secret key of a project; the secret itself is shown once and kept as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretKey {
    pub id: String,
    pub name: String,
    /// Its last four characters.
    pub hint: String,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
}

/// What of an app's store set-up is no secret: field name → value, e.g. `issuer_id`.
pub type AppSettings = BTreeMap<String, String>;

/// One store listing of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    pub app_seq: AppSeq,
    pub store: StoreCode,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub name: String,
    pub environment: Environment,
    pub status: UseStatus,
    /// Whether a LIVE app also takes sandbox purchases (App Review, TestFlight).
    pub accept_sandbox: bool,
    pub settings: AppSettings,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A certificate that a SIMULATOR app trusts besides the simulator's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedRoot {
    /// SHA-256 of the certificate, in hex.
    pub fingerprint: String,
    pub subject: String,
    pub expires_at: Timestamp,
}

/// What is sold in one app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub product_seq: ProductSeq,
    pub app_seq: AppSeq,
    /// The product's id in the store's console.
    pub store_product_id: String,
    pub name: String,
    pub product_type: ProductType,
    pub status: UseStatus,
    /// The same thing in other stores.
    pub sku: Option<String>,
    pub created_at: Timestamp,
}
