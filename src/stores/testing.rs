use std::collections::BTreeMap;

use super::StoreApp;
use crate::model::{AppSeq, AppSettings, Environment, StoreCode, Timestamp};

/// An app as tests need one: bundle `game.example`, SIMULATOR, no roots of its own.
pub fn simulated_app() -> StoreApp {
    StoreApp {
        app_seq: AppSeq(1_000_000),
        store: StoreCode::AppStore,
        store_app_id: "game.example".into(),
        environment: Environment::Simulator,
        accept_sandbox: false,
        in_charge_since: Timestamp(0),
        is_shut: false,
        trusted_roots: Vec::new(),
        settings: AppSettings::new(),
        secrets: BTreeMap::new(),
    }
}
