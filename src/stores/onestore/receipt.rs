//! What ONE store's client library hands the app: a purchase as JSON, word for word, and the signature over it. It proves where a
//! purchase came from, not how it stands: ONE store is asked all the same.

use serde::Deserialize;
use serde_json::Value;

use super::licence::{is_signed, read_signature};
use super::lookup::Named;
use crate::stores::purchase_token::{read_purchase_token, read_signed_purchase_token};
use crate::stores::{Proof, Refusal, SignedData, StoreApp};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PurchaseData {
    package_name: Option<String>,
    product_id: Option<String>,
    purchase_token: Option<String>,
}

/// Reads `{"purchaseToken": "…", "productId": "…", "data"?: "…", "signature"?: "…"}`. `data`, or `originalJson` as ONE store calls it,
/// names the token and the product too. A token without data that the app's licence key can check only names a purchase.
pub(super) fn read_proof(app: &StoreApp, proof: &Value) -> Result<Proof, Refusal> {
    let mut proof = proof.clone();
    if let Some(members) = proof.as_object_mut() {
        if let Some(original) = members.remove("originalJson") {
            members.entry("data").or_insert(original);
        }
        let data: Value =
            members.get("data").and_then(Value::as_str).and_then(|data| serde_json::from_str(data).ok()).unwrap_or_default();
        for name in ["purchaseToken", "productId"] {
            let is_absent = members.get(name).is_none_or(Value::is_null);
            if let Some(value) = data.get(name).filter(|value| is_absent && value.is_string()) {
                members.insert(name.to_owned(), value.clone());
            }
        }
    }
    let Proof::PurchaseToken { purchase_token, product_id, .. } = read_purchase_token(&proof)? else {
        return Err(Refusal::proof("proof.purchaseToken is missing"));
    };
    // ONE store's front server takes neither of them with a slash.
    for (name, id) in [("purchaseToken", Some(&purchase_token)), ("productId", product_id.as_ref())] {
        if id.is_some_and(|id| id.contains('/')) {
            return Err(Refusal::proof(format!("proof.{name} must have no slash")));
        }
    }
    let mut proof = read_signed_purchase_token(&proof)?;
    // ONE store makes tokens from the time and a running number, as it makes the numbers players see.
    if let Proof::PurchaseToken { signed, is_guessable, .. } = &mut proof {
        *is_guessable = signed.is_none() || app.license_keys().next().is_none();
    }
    Ok(proof)
}

/// Refuses data that the app's licence key did not sign, or that is of another app or purchase. An app without the key checks nothing.
pub(super) fn check_receipt(app: &StoreApp, signed: &SignedData, named: Named<'_>) -> Result<(), Refusal> {
    if app.license_keys().next().is_none() {
        return Ok(());
    }
    let signature = read_signature(&signed.signature).ok_or_else(|| Refusal::proof("proof.signature is not base64"))?;
    if !is_signed(app, signed.data.as_bytes(), &signature) {
        return Err(Refusal::proof("proof.signature is not of this app's license_key over proof.data"));
    }
    let data: PurchaseData = serde_json::from_str(&signed.data).map_err(|_| Refusal::proof("proof.data is not JSON"))?;
    if let Some(package) = data.package_name.filter(|package| !app.is_called(package)) {
        return Err(Refusal::proof(format!("proof.data is of the app {package:?}, not of {:?}", app.package_name())));
    }
    let is_same = data.purchase_token.as_deref() == Some(named.token) && data.product_id.as_deref() == Some(named.product_id);
    match is_same {
        true => Ok(()),
        false => Err(Refusal::proof("proof.data is of another purchase than proof.purchaseToken and proof.productId")),
    }
}
