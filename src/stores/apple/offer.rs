use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::api::ApiFailure;
use super::key::SigningKey;
use crate::model::Timestamp;
use crate::stores::{OfferRequest, OfferSignature, StoreApp};

/// Stands between the fields of an offer's original form.
const SEPARATOR: char = '\u{2063}';

/// Signs an offer with the app's In-App Purchase key (docs/stores/apple.md, Offers).
pub fn sign(app: &StoreApp, request: &OfferRequest<'_>, nonce: &str, at: Timestamp) -> Result<OfferSignature, ApiFailure> {
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
    Ok(OfferSignature { key_id: key.key_id, signature })
}

fn claims(key: &SigningKey, audience: &str, nonce: &str, at: Timestamp) -> Value {
    let iat = at.0.div_euclid(Timestamp::SECOND);
    json!({ "iss": key.issuer_id, "iat": iat, "aud": audience, "bid": key.bundle_id, "nonce": nonce })
}
