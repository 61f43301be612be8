//! The adapter against a scripted ONE store.

mod actions;
mod check;
mod errors;
mod finish;
mod managed;
mod notifications;
mod receipts;
mod refunds;
mod renewals;
mod sign_in;
mod subscriptions;
mod world;

use serde_json::{Value, json};

use crate::model::{Environment, Purchase, Snapshot, Timestamp};
use crate::stores::{Refusal, Store, StoreApp};
use world::{NOW, ScriptedStore, TOKEN, app, app_of, error, ok};

/// Verifies a proof as the use case does.
async fn verify(store: &ScriptedStore, app: &StoreApp, proof: Value) -> Result<Snapshot, Refusal> {
    store.store.verify(app, &store.store.read_proof(app, &proof)?, NOW.into()).await
}

fn proof() -> Value {
    json!({ "purchaseToken": TOKEN, "productId": "gem" })
}

/// Verifies the usual token; gives the purchase it is of.
async fn verify_purchase(store: &ScriptedStore) -> Result<Purchase, Refusal> {
    Ok(verify(store, &app(), proof()).await?.purchases.remove(0))
}

fn days(count: i64) -> i64 {
    count * Timestamp::DAY
}
