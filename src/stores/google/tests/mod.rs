//! The adapter against a scripted Google.

mod actions;
mod catalog;
mod check;
mod errors;
mod fetch;
mod finish;
mod one_time;
mod push;
mod refunds;
mod sign_in;
mod subscriptions;
mod world;

use serde_json::{Value, json};

use crate::model::{Purchase, Snapshot, Timestamp};
use crate::stores::{Refusal, Store, StoreApp};
use world::{Google, NOW, TOKEN, app, google_error};

/// Verifies a proof as the use case does.
async fn verify(google: &Google, app: &StoreApp, proof: Value) -> Result<Snapshot, Refusal> {
    google.store.verify(app, &google.store.read_proof(app, &proof)?, NOW.into()).await
}

/// Verifies a token of a product; gives the purchase it is of.
async fn verify_product(google: &Google, product_id: &str) -> Result<Purchase, Refusal> {
    let proof = json!({ "purchaseToken": TOKEN, "productId": product_id });
    Ok(verify(google, &app(), proof).await?.purchases.remove(0))
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}
