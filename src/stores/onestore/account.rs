//! What an app is to ONE store, by its settings.

use crate::stores::StoreApp;

/// ONE store's own default, Korea.
const MARKET_DEFAULT: &str = "MKT_ONE";

impl StoreApp {
    fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    pub(super) fn package_name(&self) -> &str {
        self.setting("package_name").unwrap_or(&self.store_app_id)
    }

    /// The client id: apps registered before 2025-03-20 have their package name for one.
    pub(super) fn client_id(&self) -> &str {
        self.setting("client_id").unwrap_or_else(|| self.package_name())
    }

    pub(super) fn market_code(&self) -> &str {
        self.setting("market_code").unwrap_or(MARKET_DEFAULT)
    }

    /// Whether a message of ONE store names this app, by whichever of its names.
    pub(super) fn is_called(&self, name: &str) -> bool {
        [self.client_id(), self.package_name(), &self.store_app_id].contains(&name)
    }

    /// Whether it sells subscriptions and monthly payments too.
    pub(super) fn sells_subscriptions(&self) -> bool {
        self.setting("subscriptions") == Some("YES")
    }

    /// Where a subscription is acknowledged: below `all`, or below `subscription`.
    pub(super) fn acknowledge_kind(&self) -> &'static str {
        if self.setting("acknowledge_path") == Some("SUBSCRIPTION") { "subscription" } else { "all" }
    }

    /// The licence keys that sign for it, in base64: the present one, and the one before a change.
    pub(super) fn license_keys(&self) -> impl Iterator<Item = &str> {
        ["license_key", "previous_license_key"].into_iter().filter_map(|name| self.setting(name))
    }
}
