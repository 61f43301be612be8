//! The proof of stores that give the buyer's app a token of its purchase.

use serde_json::Value;

use super::fields::Fields;
use super::{Proof, Refusal};

/// Google's tokens have about 200 characters, ONE store's 20; their documents set no limit for Google's.
const TOKEN_BYTES_MAX: usize = 1_000;
/// ONE store allows 150, Google less.
const PRODUCT_BYTES_MAX: usize = 255;
/// A purchase in JSON as Google signs it for the app, and its signature.
const DATA_BYTES_MAX: usize = 16 * 1024;
const SIGNATURE_BYTES_MAX: usize = 1_024;

/// Reads `{"purchaseToken": "…", "productId": "…", "data"?: "…", "signature"?: "…"}`.
pub(super) fn read_purchase_token(proof: &Value) -> Result<Proof, Refusal> {
    let fields = Fields::of("proof", proof)?;
    let purchase_token = fields.id("purchaseToken", TOKEN_BYTES_MAX)?.to_owned();
    let product_id = fields.id("productId", PRODUCT_BYTES_MAX)?.to_owned();
    fields.bounded_text("data", DATA_BYTES_MAX)?;
    fields.bounded_text("signature", SIGNATURE_BYTES_MAX)?;
    Ok(Proof::PurchaseToken { purchase_token, product_id })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_purchase_has_one_proof_and_each_member_its_bound() {
        let plain = json!({ "purchaseToken": "abc.AO-J1O", "productId": "gem_100" });
        let padded =
            json!({ "productId": "gem_100", "purchaseToken": "abc.AO-J1O", "data": "{}", "signature": "x", "more": [1] });
        assert_eq!(read_purchase_token(&padded), read_purchase_token(&plain));
        assert_eq!(read_purchase_token(&plain).unwrap().to_json(), plain);
        for (name, bytes) in [("purchaseToken", 1_001), ("productId", 256), ("data", 16_385), ("signature", 1_025)] {
            let mut long = padded.clone();
            long[name] = json!("x".repeat(bytes));
            let refusal = read_purchase_token(&long).unwrap_err();
            assert_eq!(refusal.reason, format!("proof.{name} must have at most {} bytes", bytes - 1));
        }
        for bad in
            [json!({}), json!({ "purchaseToken": "a\u{0}", "productId": "g" }), json!({ "purchaseToken": 1, "productId": "g" })]
        {
            assert!(read_purchase_token(&bad).unwrap_err().reason.starts_with("proof.purchaseToken "));
        }
    }
}
