use async_trait::async_trait;

use super::roots::Roots;
use super::signed_data::SignedData;
use super::transaction::read_purchase;
use crate::error::Error;
use crate::model::{RefusalCode, Timestamp};
use crate::stores::fields::Fields;
use crate::stores::{Proof, Purchase, Refusal, Store, StoreApp};

/// The adapter of the App Store. The proof is `{"signedTransaction": "<JWS>"}`, as StoreKit 2 hands it to the app.
pub struct AppleStore {
    roots: Roots,
    pub(super) signed_data: SignedData,
}

impl AppleStore {
    /// `simulator_roots` in DER are what SIMULATOR apps trust. Fails when one of them, or Apple's own, is unusable.
    pub fn new(simulator_roots: Vec<Vec<u8>>) -> Result<Self, Error> {
        Ok(Self { roots: Roots::load(simulator_roots)?, signed_data: SignedData::new() })
    }
}

#[async_trait]
impl Store for AppleStore {
    async fn verify(&self, app: &StoreApp, proof: &Proof, now: Timestamp) -> Result<Purchase, Refusal> {
        let token = read_token(proof)?;
        let payload = self.signed_data.verify(token, &self.roots.of(app), now)?;
        read_purchase(app, payload)
    }
}

fn read_token(proof: &Proof) -> Result<&str, Refusal> {
    let fields = Fields::of("proof", proof)?;
    if fields.find("signedTransaction").is_none() && fields.find("transactionId").is_some() {
        let reason = "a transactionId alone can't be looked up: this server has no App Store Server API; send signedTransaction";
        return Err(Refusal::new(RefusalCode::StoreCredentials, reason));
    }
    fields.required_text("signedTransaction")
}
