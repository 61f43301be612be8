//! What ONE store signs with an app's licence key: a purchase as its SDK hands it to the app, and payment notifications. The private half
//! is the app's client secret, as `simulated_fields` made it.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{RSA_PKCS1_SHA512, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::access::find_app;
use super::ids::purchase_token;
use crate::error::{Error, Result};
use crate::model::SimulatedPurchase;
use crate::state::AppState;
use crate::stores::StoreApp;

/// An app's licence key with its private half.
pub(super) struct LicenceKey(RsaKeyPair);

impl LicenceKey {
    /// The key of an app; none where its client secret was not made by the simulator.
    pub(super) fn of(app: &StoreApp) -> Option<Self> {
        let der = STANDARD.decode(app.secrets.get("client_secret")?.reveal()).ok()?;
        RsaKeyPair::from_pkcs8(&der).ok().map(Self)
    }

    /// A key that no app has.
    pub(super) fn foreign() -> Result<Self> {
        RsaKeyPair::generate(KeySize::Rsa2048).map(Self).map_err(|_| Error::internal("no randomness for a simulated key"))
    }

    /// SHA512withRSA, in base64.
    pub(super) fn sign(&self, text: &str) -> Result<String> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let signed = self.0.sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), text.as_bytes(), &mut signature);
        signed.map_err(|_| Error::internal("the simulated licence key does not sign"))?;
        Ok(STANDARD.encode(signature))
    }
}

/// What the SDK hands the app: token, product, `originalJson` and its signature; the latter two where the app has a key.
pub(super) async fn prove(state: &AppState, sale: &SimulatedPurchase) -> Result<Value> {
    let mut proof = json!({ "purchaseToken": purchase_token(sale.signup_id()), "productId": sale.product_id });
    let app = find_app(state, &sale.store_app_id).await?;
    if let Some(key) = app.as_ref().and_then(LicenceKey::of) {
        let data = original_json(sale);
        proof["signature"] = key.sign(&data)?.into();
        proof["data"] = data.into();
    }
    Ok(proof)
}

fn original_json(sale: &SimulatedPurchase) -> String {
    let details = &sale.details;
    let data = json!({
        "orderId": sale.receipt_id,
        "packageName": sale.store_app_id,
        "productId": sale.product_id,
        "purchaseTime": sale.purchased_at.0,
        "purchaseId": sale.order_id,
        "purchaseToken": purchase_token(sale.signup_id()),
        "developerPayload": sale.account_token.as_deref().unwrap_or_default(),
        "purchaseState": 0,
        "recurringState": if details.kind.renews() { 0 } else { -1 },
        "acknowledgeState": u8::from(details.finished_at.is_some()),
        "quantity": sale.quantity,
    });
    data.to_string()
}
