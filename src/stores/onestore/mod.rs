//! ONE store: what an app's set-up asks for, and the form of its proofs. Purchases can't be verified yet.

mod settings;

pub use settings::FIELDS;

use serde_json::Value;

use super::purchase_token::read_purchase_token;
use super::{Proof, Refusal, Store, StoreApp};
use crate::model::App;

/// The adapter of ONE store.
pub struct OneStore;

impl Store for OneStore {
    /// To the package name ONE store knows the app by.
    fn callback_path(&self, app: &App) -> Option<String> {
        let package_name = app.settings.get("package_name").unwrap_or(&app.store_app_id);
        Some(format!("/markets/ONESTORE/notification/{package_name}/receive"))
    }

    fn read_proof(&self, _app: &StoreApp, proof: &Value) -> Result<Proof, Refusal> {
        read_purchase_token(proof)
    }
}
