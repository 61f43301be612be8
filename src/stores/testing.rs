use std::collections::BTreeMap;

use serde_json::Value;

use super::{Asking, Refusal, Store, StoreApp};
use crate::model::{AppSeq, AppSettings, Environment, Purchase, StoreCode, Timestamp};

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
        outage_until: None,
        trusted_roots: Vec::new(),
        settings: AppSettings::new(),
        secrets: BTreeMap::new(),
    }
}

/// Reads a proof's form and verifies it, as the use case does; gives the purchase it is of.
pub(crate) async fn verify_json(store: &dyn Store, app: &StoreApp, proof: &Value, asking: Asking) -> Result<Purchase, Refusal> {
    let snapshot = store.verify(app, &store.read_proof(app, proof)?, asking).await?;
    Ok(snapshot.purchases.into_iter().next().expect("a purchase"))
}
