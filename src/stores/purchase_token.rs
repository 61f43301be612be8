//! The proof of stores that give the buyer's app a token of its purchase.

use serde_json::Value;

use super::fields::Fields;
use super::{Proof, Refusal, SignedData};

/// Google's tokens have about 200 characters, ONE store's 20; their documents set no limit for Google's.
const TOKEN_BYTES_MAX: usize = 1_000;
/// ONE store allows 150, Google less.
const PRODUCT_BYTES_MAX: usize = 255;
/// A purchase in JSON as Google signs it for the app, and its signature.
const DATA_BYTES_MAX: usize = 16 * 1024;
const SIGNATURE_BYTES_MAX: usize = 1_024;

/// Reads `{"purchaseToken": "…", "productId": "…"}`, of a store that can't be asked without the product. Other members are cut off.
pub(super) fn read_purchase_token(proof: &Value) -> Result<Proof, Refusal> {
    let fields = Fields::of("proof", proof)?;
    let product_id = fields.id("productId", PRODUCT_BYTES_MAX)?.to_owned();
    let purchase_token = read_token(&fields)?;
    read_signed(&fields)?;
    Ok(Proof::PurchaseToken { purchase_token, product_id: Some(product_id), signed: None, is_guessable: false })
}

/// Reads `{"purchaseToken": "…", "productId"?: "…", "data"?: "…", "signature"?: "…"}`; the last two count together only.
pub(super) fn read_signed_purchase_token(proof: &Value) -> Result<Proof, Refusal> {
    let fields = Fields::of("proof", proof)?;
    let product_id = match fields.find("productId") {
        Some(_) => Some(fields.id("productId", PRODUCT_BYTES_MAX)?.to_owned()),
        None => None,
    };
    let (purchase_token, signed) = (read_token(&fields)?, read_signed(&fields)?);
    Ok(Proof::PurchaseToken { purchase_token, product_id, signed, is_guessable: false })
}

fn read_token(fields: &Fields<'_>) -> Result<String, Refusal> {
    fields.id("purchaseToken", TOKEN_BYTES_MAX).map(str::to_owned)
}

fn read_signed(fields: &Fields<'_>) -> Result<Option<SignedData>, Refusal> {
    let data = fields.bounded_text("data", DATA_BYTES_MAX)?;
    let signature = fields.bounded_text("signature", SIGNATURE_BYTES_MAX)?;
    let both = data.zip(signature).filter(|(data, signature)| !data.is_empty() && !signature.is_empty());
    Ok(both.map(|(data, signature)| SignedData { data: data.to_owned(), signature: signature.to_owned() }))
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
            for read in [read_purchase_token, read_signed_purchase_token] {
                let refusal = read(&long).unwrap_err();
                assert_eq!(refusal.reason, format!("proof.{name} must have at most {} bytes", bytes - 1));
            }
        }
        for bad in [
            json!({ "productId": "g" }),
            json!({ "purchaseToken": "a\u{0}", "productId": "g" }),
            json!({ "purchaseToken": 1, "productId": "g" }),
        ] {
            assert!(read_purchase_token(&bad).unwrap_err().reason.starts_with("proof.purchaseToken "));
            assert!(read_signed_purchase_token(&bad).is_err());
        }
    }

    #[test]
    fn the_product_and_what_is_signed_may_be_left_out() {
        let bare = json!({ "purchaseToken": "abc" });
        assert_eq!(read_purchase_token(&bare).unwrap_err().reason, "proof.productId is missing");
        assert_eq!(read_signed_purchase_token(&bare).unwrap().to_json(), bare);
        let signed = json!({ "purchaseToken": "abc", "productId": "g", "data": "{}", "signature": "x" });
        assert_eq!(read_signed_purchase_token(&signed).unwrap().to_json(), signed);
        let half = json!({ "purchaseToken": "abc", "data": "{}", "signature": "" });
        assert_eq!(read_signed_purchase_token(&half).unwrap().to_json(), bare, "data alone says nothing");
    }
}
