//! Google Play: what an app's set-up asks for, and the form of its proofs. Purchases can't be verified yet.

mod settings;

pub use settings::FIELDS;

use serde_json::Value;

use super::purchase_token::read_purchase_token;
use super::{Proof, Refusal, Store, StoreApp};
use crate::model::{Ability, App};

/// The adapter of Google Play.
pub struct GoogleStore;

impl Store for GoogleStore {
    fn can(&self, ability: Ability) -> bool {
        matches!(ability, Ability::VerifyLate)
    }

    fn callback_path(&self, app: &App) -> Option<String> {
        Some(format!("/callback/subscription/{}/GG", app.store_app_id))
    }

    fn read_proof(&self, _app: &StoreApp, proof: &Value) -> Result<Proof, Refusal> {
        read_purchase_token(proof)
    }
}
