use std::collections::BTreeMap;
use std::net::SocketAddr;

use super::apple::AppleStore;
use super::apple::api::Hosts;
use super::google::{self, GoogleStore};
use super::http::Limits;
use super::onestore::OneStore;
use super::test_store::TestStore;
use super::{Field, Store, apple, onestore};
use crate::error::Error;
use crate::model::StoreCode;

/// The adapters of all stores.
pub struct Stores {
    apple: AppleStore,
    google: GoogleStore,
    onestore: OneStore,
    test: TestStore,
}

impl Stores {
    /// `simulator_roots` are the simulator's root certificates in DER, none while it is off. Fails when a root is unusable.
    pub fn new(simulator_roots: Vec<Vec<u8>>) -> Result<Self, Error> {
        let apple = AppleStore::new(simulator_roots, Hosts::apple(), Limits::DEFAULT)?;
        let google = GoogleStore::new(google::api::Hosts::google(), google::api::LIMITS);
        let onestore = OneStore::new(onestore::api::Hosts::one_store(), onestore::api::LIMITS);
        Ok(Self { apple, google, onestore, test: TestStore })
    }

    /// The App Store's adapter, for the simulator that plays it.
    pub fn apple(&self) -> &AppleStore {
        &self.apple
    }

    /// Tells the adapters where this server listens, which is where SIMULATOR apps find their stores.
    pub fn set_own_address(&self, addr: SocketAddr) {
        self.apple.hosts().set_own_address(addr);
        self.google.hosts().set_own_address(addr);
        self.onestore.hosts().set_own_address(addr);
    }

    /// The adapter of a store.
    pub fn of(&self, code: StoreCode) -> &dyn Store {
        match code {
            StoreCode::AppStore => &self.apple,
            StoreCode::GooglePlay => &self.google,
            StoreCode::OneStore => &self.onestore,
            StoreCode::Test => &self.test,
        }
    }
}

/// The settings and secrets of an app in a store: the set-up form and `purser apply` take these and no others.
pub const fn fields_of(code: StoreCode) -> &'static [Field] {
    match code {
        StoreCode::AppStore => apple::FIELDS,
        StoreCode::GooglePlay => google::FIELDS,
        StoreCode::OneStore => onestore::FIELDS,
        StoreCode::Test => &[],
    }
}

/// What a SIMULATOR app signs in to its store with: made anew, since it needs no account there. None where the simulator asks for
/// nothing.
pub fn simulated_fields(code: StoreCode) -> Result<BTreeMap<String, String>, Error> {
    match code {
        StoreCode::AppStore => apple::simulated_fields(),
        StoreCode::GooglePlay => google::simulated_fields(),
        StoreCode::OneStore => onestore::simulated_fields(),
        StoreCode::Test => Ok(BTreeMap::new()),
    }
}

/// Whether a field of that name is sealed, in whichever store.
pub fn is_secret_field(name: &str) -> bool {
    StoreCode::ALL.iter().flat_map(|code| fields_of(*code)).any(|field| field.is_secret && field.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_names_its_field() {
        for (store, name, bad) in [
            (StoreCode::AppStore, "issuer_id", "not-a-uuid"),
            (StoreCode::AppStore, "key_id", "short"),
            (StoreCode::AppStore, "private_key", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"),
            (StoreCode::AppStore, "notice_mode", "V3"),
            (StoreCode::GooglePlay, "license_key", "MIIB"),
            (StoreCode::GooglePlay, "service_account", "{}"),
            (StoreCode::OneStore, "market_code", "KR"),
        ] {
            let field = fields_of(store).iter().find(|field| field.name == name).expect(name);
            assert!(field.check(bad).expect_err(name).to_string().starts_with(name));
        }
    }

    #[test]
    fn the_callback_address_is_of_each_stores_form() {
        let stores = Stores::new(Vec::new()).unwrap();
        let path = |store: StoreCode, settings: &[(&str, &str)]| {
            let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            stores.of(store).callback_path(&crate::model::App { store, settings, ..app() })
        };
        let is = |found: Option<String>, expected: &str| assert_eq!(found.as_deref(), Some(expected));
        is(path(StoreCode::GooglePlay, &[]), "/callback/subscription/com.example.game/GG");
        is(path(StoreCode::AppStore, &[]), "/callback/subscription/com.example.game/AS/v2");
        is(path(StoreCode::AppStore, &[("notice_mode", "V2")]), "/callback/subscription/com.example.game/AS/v2");
        is(path(StoreCode::AppStore, &[("notice_mode", "V1")]), "/callback/subscription/com.example.game/AS");
        is(path(StoreCode::OneStore, &[]), "/markets/ONESTORE/notification/com.example.game/receive");
        let own = path(StoreCode::OneStore, &[("package_name", "com.example.one")]);
        is(own, "/markets/ONESTORE/notification/com.example.one/receive");
        assert_eq!(path(StoreCode::Test, &[]), None);
    }

    fn app() -> crate::model::App {
        use crate::model::{App, AppSeq, Environment, Timestamp, UseStatus, Version};
        App {
            app_seq: AppSeq(1_000_000),
            store: StoreCode::Test,
            store_app_id: "com.example.game".into(),
            name: String::new(),
            environment: Environment::Live,
            status: UseStatus::Use,
            accept_sandbox: false,
            in_charge_since: None,
            beside_live: false,
            nhn_test_payments: false,
            settings: Default::default(),
            version: Version::FIRST,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }
}
