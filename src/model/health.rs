//! What a test of an app's connection to its store found.

use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::text_enum::text_enum;

text_enum! {
    /// How well an app can speak with its store.
    HealthStatus { Ok = "OK", Warning = "WARNING", Failed = "FAILED" }
}

text_enum! {
    /// One thing a test can find; the console has words for each.
    FindingCode {
        /// The store takes the app's key.
        Connected = "CONNECTED",
        /// The store was asked to send a test notification to the address set there.
        NotificationRequested = "NOTICE_REQUESTED",
        /// A store without a connection to test.
        NothingToTest = "NOTHING_TO_TEST",
        /// `detail` names the field that is not set.
        CredentialMissing = "CREDENTIAL_MISSING",
        KeyMalformed = "KEY_MALFORMED",
        /// The store refuses the key in every world it may be of.
        KeyRefused = "KEY_REFUSED",
        /// The store refuses the key in one world and takes it in the other.
        KeyRefusedInWorld = "KEY_REFUSED_IN_WORLD",
        /// The key is refused, and our clock differs by `detail` seconds, which alone would explain it.
        ClockSkewed = "CLOCK_SKEWED",
        /// The key is good, but the store knows no such app.
        AppUnknown = "APP_UNKNOWN",
        /// No address for notifications is set at the store.
        NotificationUrlMissing = "NOTICE_URL_MISSING",
        /// `detail` says why what the store signs can't be verified.
        RootsUnusable = "ROOTS_UNUSABLE",
        RateLimited = "RATE_LIMITED",
        /// `detail` says what happened on the way.
        Unreachable = "UNREACHABLE",
        /// The store issued an access token for the account.
        SignedIn = "SIGNED_IN",
        AccountKeyMalformed = "ACCOUNT_KEY_MALFORMED",
        /// The store issues no access token for the account; `detail` is its answer.
        AccountRefused = "ACCOUNT_REFUSED",
        /// The account's project has the store's API switched off; `detail` is the store's answer.
        ApiDisabled = "API_DISABLED",
        /// The store has no app of the package name in `detail`.
        PackageUnknown = "PACKAGE_UNKNOWN",
        PurchasesReadable = "PURCHASES_READABLE",
        /// The account may not see the app's purchases; `detail` is the store's answer.
        PurchasesForbidden = "PURCHASES_FORBIDDEN",
        OrdersReadable = "ORDERS_READABLE",
        /// The account may not see the app's orders; `detail` is the store's answer.
        OrdersForbidden = "ORDERS_FORBIDDEN",
        /// It is not set who pushes the store's notifications, so none is taken.
        PushAccountMissing = "PUSH_ACCOUNT_MISSING",
        /// The store's catalog can be imported.
        CatalogReadable = "CATALOG_READABLE",
        /// The key for the catalog is no good for it; `detail` says why.
        CatalogUnreadable = "CATALOG_UNREADABLE",
        /// The store issues no access token for the client id and secret; `detail` is its answer.
        ClientRefused = "CLIENT_REFUSED",
        /// The store does not let the client see the app's purchases; `detail` is its answer.
        ClientNotPermitted = "CLIENT_NOT_PERMITTED",
        /// The store has nothing at the client id and market in `detail`.
        ClientUnknown = "CLIENT_UNKNOWN",
        /// What the store took back can be listed.
        RefundsReadable = "REFUNDS_READABLE",
        /// It can't; `detail` is the store's answer.
        RefundsUnreadable = "REFUNDS_UNREADABLE",
        /// Without the licence key no payment notification is taken and no receipt's signature is checked.
        LicenseKeyMissing = "LICENSE_KEY_MISSING",
        /// `detail` is the store's own answer.
        Unexpected = "UNEXPECTED",
    }
}

/// One thing a test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub code: FindingCode,
    pub status: HealthStatus,
    /// Which of the store's worlds it is about, in the store's word.
    pub world: Option<String>,
    /// A value that goes with it; never a secret.
    pub detail: Option<String>,
}

impl Finding {
    pub const fn new(code: FindingCode, status: HealthStatus) -> Self {
        Self { code, status, world: None, detail: None }
    }

    pub fn world(mut self, world: &str) -> Self {
        self.world = Some(world.to_owned());
        self
    }

    pub fn detail(mut self, detail: impl std::fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }
}

/// The last test of an app's connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppHealth {
    pub checked_at: Timestamp,
    pub status: HealthStatus,
    pub findings: Vec<Finding>,
    /// The app was changed since.
    pub is_stale: bool,
}

impl AppHealth {
    /// The worst of what was found; nothing found is a failure to look.
    pub fn status_of(findings: &[Finding]) -> HealthStatus {
        let has = |status| findings.iter().any(|finding| finding.status == status);
        match () {
            () if findings.is_empty() || has(HealthStatus::Failed) => HealthStatus::Failed,
            () if has(HealthStatus::Warning) => HealthStatus::Warning,
            () => HealthStatus::Ok,
        }
    }
}
