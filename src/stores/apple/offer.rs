use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::AppleStore;
use super::api::ApiFailure;
use super::key::SigningKey;
use crate::model::Timestamp;
use crate::stores::StoreApp;

/// Stands between the fields of an offer's original form.
const SEPARATOR: char = '\u{2063}';

/// What an app asks the App Store for on a customer's behalf (docs/stores/apple.md, Offers).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferRequest<'a> {
    /// A promotional offer in the original form, for StoreKit 1 and 2. `username` is the account token or
    /// `applicationUsername` the app will buy with; empty when it sets none.
    Original { product_id: &'a str, offer_id: &'a str, username: &'a str },
    /// A promotional offer as a JWS, for a customer known by one of their transactions where there is one.
    Promotional { product_id: &'a str, offer_id: &'a str, transaction_id: Option<&'a str> },
    /// Whether a customer may have the introductory offer.
    Introductory { product_id: &'a str, is_allowed: bool, transaction_id: &'a str },
}

/// What the app hands to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOffer {
    pub key_id: String,
    /// Base64 of DER in the original form, else a compact JWS.
    pub signature: String,
}

impl AppleStore {
    /// Signs an offer with the app's In-App Purchase key. `nonce` is a UUID in lower case, never used before.
    pub fn sign_offer(
        &self,
        app: &StoreApp,
        request: &OfferRequest<'_>,
        nonce: &str,
        at: Timestamp,
    ) -> Result<SignedOffer, ApiFailure> {
        let key = SigningKey::of(app).map_err(ApiFailure::credentials)?;
        let signature = match request {
            OfferRequest::Original { product_id, offer_id, username } => {
                let (username, at) = (username.to_lowercase(), at.0.to_string());
                let fields = [&key.bundle_id, &key.key_id, *product_id, *offer_id, &username, nonce, &at];
                key.sign_der(&fields.join(&SEPARATOR.to_string())).map(|der| STANDARD.encode(der))
            }
            OfferRequest::Promotional { product_id, offer_id, transaction_id } => {
                let mut claims = claims(&key, "promotional-offer", nonce, at);
                claims["productId"] = (*product_id).into();
                claims["offerIdentifier"] = (*offer_id).into();
                if let Some(id) = transaction_id {
                    claims["transactionId"] = (*id).into();
                }
                key.sign_jws(&claims)
            }
            OfferRequest::Introductory { product_id, is_allowed, transaction_id } => {
                let mut claims = claims(&key, "introductory-offer-eligibility", nonce, at);
                claims["productId"] = (*product_id).into();
                claims["allowIntroductoryOffer"] = (*is_allowed).into();
                claims["transactionId"] = (*transaction_id).into();
                key.sign_jws(&claims)
            }
        };
        let signature = signature.ok_or_else(|| ApiFailure::unavailable("no randomness to sign with"))?;
        Ok(SignedOffer { key_id: key.key_id, signature })
    }
}

fn claims(key: &SigningKey, audience: &str, nonce: &str, at: Timestamp) -> Value {
    let iat = at.0.div_euclid(Timestamp::SECOND);
    json!({ "iss": key.issuer_id, "iat": iat, "aud": audience, "bid": key.bundle_id, "nonce": nonce })
}
