//! A store's fields, as the forms of an app send them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A store's fields as a form sends them; empty leaves a secret as it is and clears anything else.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StoreFields {
    pub license_key: Option<String>,
    pub skip_market_verification: Option<String>,
    pub auth_method: Option<String>,
    pub service_account: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: Option<String>,
    pub refresh_token: Option<String>,
    pub notice_mode: Option<String>,
    pub issuer_id: Option<String>,
    pub key_id: Option<String>,
    pub private_key: Option<String>,
    pub shared_secret: Option<String>,
    pub app_apple_id: Option<String>,
    pub legacy_receipts: Option<String>,
    pub api_version: Option<String>,
    pub package_name: Option<String>,
    pub market_code: Option<String>,
}

impl StoreFields {
    /// The fields that were sent, by name.
    pub fn into_map(self) -> BTreeMap<String, String> {
        let pairs = [
            ("license_key", self.license_key),
            ("skip_market_verification", self.skip_market_verification),
            ("auth_method", self.auth_method),
            ("service_account", self.service_account),
            ("client_id", self.client_id),
            ("client_secret", self.client_secret),
            ("refresh_token", self.refresh_token),
            ("notice_mode", self.notice_mode),
            ("issuer_id", self.issuer_id),
            ("key_id", self.key_id),
            ("private_key", self.private_key),
            ("shared_secret", self.shared_secret),
            ("app_apple_id", self.app_apple_id),
            ("legacy_receipts", self.legacy_receipts),
            ("api_version", self.api_version),
            ("package_name", self.package_name),
            ("market_code", self.market_code),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    }
}

impl std::fmt::Debug for StoreFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreFields(…)")
    }
}
