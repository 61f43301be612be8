mod api;
mod cache;
mod certificates;
mod chains;
mod notifications;
mod real_apple;
mod simulated;
mod tokens;

use serde_json::{Value, json};

use super::AppleStore;
use super::api::Hosts;
use crate::model::{Purchase, RefusalCode, Timestamp};
use crate::stores::http::Limits;
use crate::stores::{Refusal, Store, StoreApp, simulated_app, verify_json};

/// 2026-01-01T00:00:05Z, when the tests' payloads are signed and verified.
const NOW: Timestamp = Timestamp(1_767_225_605_000);

/// A small good transaction of `game.example`.
fn transaction() -> Value {
    json!({
        "transactionId": "2000000000000001", "bundleId": "game.example", "productId": "gem_100", "type": "Consumable",
        "purchaseDate": NOW.0, "signedDate": NOW.0, "environment": "Sandbox",
    })
}

fn store() -> AppleStore {
    store_with(Vec::new())
}

/// A store that is never asked over the network.
fn store_with(simulator_roots: Vec<Vec<u8>>) -> AppleStore {
    AppleStore::new(simulator_roots, Hosts::new("", ""), Limits::DEFAULT).unwrap()
}

/// A SIMULATOR app that trusts one root of its own.
fn app_trusting(root: &[u8]) -> StoreApp {
    StoreApp { trusted_roots: vec![root.to_vec()], ..simulated_app() }
}

async fn verify(store: &AppleStore, app: &StoreApp, token: &str) -> Result<Purchase, Refusal> {
    verify_json(store, app, &json!({ "signedTransaction": token }), NOW.into()).await
}

#[track_caller]
fn assert_refused(answer: Result<Purchase, Refusal>, reason: &str) {
    let refusal = answer.expect_err(reason);
    assert_eq!(refusal.code, RefusalCode::ProofInvalid, "{}", refusal.reason);
    assert!(refusal.reason.contains(reason), "{:?} does not say {reason:?}", refusal.reason);
}
