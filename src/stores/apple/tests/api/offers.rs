use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::token::{open_token, public_key};
use super::*;
use crate::stores::{OfferRequest, StoreError};

const NONCE: &str = "20fba8a0-2b80-4a7d-a17f-85c1854727f8";

fn sign(request: &OfferRequest<'_>) -> String {
    let signed = store().sign_offer(&app_with_key(Environment::Live), request, NONCE, NOW).unwrap();
    assert_eq!(signed.key_id, KEY_ID);
    signed.signature
}

#[test]
fn the_original_form_signs_seven_fields_in_order() {
    for (username, signed_as) in [("7E3FB20B-4cdb-47cc-936d-99d65f608138", "7e3fb20b-4cdb-47cc-936d-99d65f608138"), ("", "")] {
        let request = OfferRequest::Original { product_id: "vip.month", offer_id: "back.50", username };
        let signature = STANDARD.decode(sign(&request)).unwrap();
        let text = format!(
            "game.example\u{2063}{KEY_ID}\u{2063}vip.month\u{2063}back.50\u{2063}{signed_as}\u{2063}{NONCE}\u{2063}1767225605000"
        );
        assert!(text.as_bytes().windows(3).filter(|bytes| *bytes == [0xe2, 0x81, 0xa3]).count() == 6);
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, public_key());
        key.verify(text.as_bytes(), &signature).unwrap();
        assert!(key.verify(text.replace("back", "bank").as_bytes(), &signature).is_err());
    }
}

#[test]
fn the_jws_forms_say_what_they_are_for() {
    let header = json!({ "alg": "ES256", "kid": KEY_ID, "typ": "JWT" });
    let common =
        json!({ "iss": ISSUER_ID, "iat": NOW.0 / 1_000, "bid": "game.example", "nonce": NONCE, "productId": "vip.month" });
    let promotional = json!({ "aud": "promotional-offer", "offerIdentifier": "back.50" });
    let named = json!({ "aud": "promotional-offer", "offerIdentifier": "back.50", "transactionId": "7" });
    let introductory = json!({ "aud": "introductory-offer-eligibility", "allowIntroductoryOffer": false, "transactionId": "7" });
    let (product_id, offer_id) = ("vip.month", "back.50");
    for (request, own) in [
        (OfferRequest::Promotional { product_id, offer_id, transaction_id: None }, promotional),
        (OfferRequest::Promotional { product_id, offer_id, transaction_id: Some("7") }, named),
        (OfferRequest::Introductory { product_id, is_allowed: false, transaction_id: "7" }, introductory),
    ] {
        let mut expected = common.clone();
        expected.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        assert_eq!(open_token(&sign(&request)), (header.clone(), expected));
    }
}

#[test]
fn without_a_key_nothing_is_signed() {
    let request = OfferRequest::Original { product_id: "vip.month", offer_id: "back.50", username: "" };
    let failure = store().sign_offer(&simulated_app(), &request, NONCE, NOW).unwrap_err();
    assert_eq!(failure, StoreError::Credentials("this app's private_key is not set".into()));
}
