use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use super::{AppSeq, JsonText, ProductSeq, ProductType, ProjectId, Timestamp, Version};

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Project {
    pub id: ProjectId,
    pub name: String,
    /// Whether apps may list and consume by themselves (the built-in model), without a game server.
    pub client_consume: bool,
    /// Whether those apps must send a signed user token to list and consume.
    pub user_token_required: bool,
    /// Whether a purchase is only verified for the user whose account token it carries.
    pub account_token_required: bool,
    /// Of its name and consume model.
    pub version: Version,
    pub created_at: Timestamp,
}

/// One AppKey of a project; it identifies and proves nothing, so it is shown any time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct AppKey {
    pub app_key: String,
    pub created_at: Timestamp,
    /// The end of its overlap, when it was rotated.
    pub expires_at: Option<Timestamp>,
}

/// One secret key of a project; the secret itself is shown once and kept as a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
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
    /// Purchases made earlier were granted by another server. The app's creation when none.
    pub in_charge_since: Option<Timestamp>,
    /// Staff know that free purchases stand beside paid ones: a TEST or SIMULATOR app in a project with LIVE apps.
    pub beside_live: bool,
    /// Whether NHN's lists show this app's payments that are not LIVE, in a project with LIVE apps too.
    pub nhn_test_payments: bool,
    /// Until when purchases may be verified by their signature alone while the store can't be asked.
    pub outage_until: Option<Timestamp>,
    #[sqlx(try_from = "JsonText<AppSettings>")]
    pub settings: AppSettings,
    /// Of all that can be changed, secrets too.
    pub version: Version,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// How long outage mode lasts when nobody says how long, and at most.
pub const OUTAGE_HOURS_DEFAULT: u32 = 24;
pub const OUTAGE_HOURS_MAX: u32 = 72;

/// How far a store's clock may be behind ours when an app was just created and no date is set.
pub const IN_CHARGE_TOLERANCE_MILLIS: i64 = 5 * Timestamp::MINUTE;

impl App {
    /// Purchases made before this are not consumable here.
    pub fn in_charge_since(&self) -> Timestamp {
        self.in_charge_since.unwrap_or(self.created_at.plus_millis(-IN_CHARGE_TOLERANCE_MILLIS))
    }

    /// Whether it is in outage mode.
    pub fn is_in_outage(&self, now: Timestamp) -> bool {
        self.outage_until.is_some_and(|until| now < until)
    }

    /// Whether its purchases cost nobody anything: anyone can write a TEST proof, and the simulator sells for free.
    pub fn sells_for_free(&self) -> bool {
        self.store == StoreCode::Test || self.environment == Environment::Simulator
    }
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Product {
    pub product_seq: ProductSeq,
    pub app_seq: AppSeq,
    /// The product's id in the store's console.
    pub store_product_id: String,
    pub name: String,
    #[sqlx(rename = "type")]
    pub product_type: ProductType,
    pub status: UseStatus,
    /// The same thing in other stores.
    pub sku: Option<String>,
    pub version: Version,
    pub created_at: Timestamp,
}

text_enum! {
    /// The shop a purchase was made in.
    StoreCode {
        GooglePlay = "GG",
        AppStore = "AS",
        OneStore = "ONESTORE",
        Test = "TEST",
    }
}

impl StoreCode {
    /// What the form for a new app begins with.
    pub const PRESELECTED: Self = Self::AppStore;
}

text_enum! {
    /// Which world an app (or a payment) belongs to; never mixed without saying so.
    Environment {
        Live = "LIVE",
        Sandbox = "SANDBOX",
        Simulator = "SIMULATOR",
    }
}

text_enum! {
    /// Whether an app or product is offered. Nothing is ever deleted, only stopped.
    UseStatus {
        Use = "USE",
        Stop = "STOP",
    }
}
