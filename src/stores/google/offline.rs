//! One-time purchases by what the licence key signed alone, while Google can't be asked (docs/stores/google.md, Outage mode).

use serde::Deserialize;
use serde_json::Value;

use super::environment::environment_of;
use super::evidence::evidence_of;
use super::one_time::acknowledge_by;
use super::signed_data::check_signed_data;
use super::wire::read_account_token;
use crate::model::{Environment, Evidence, Ownership, Purchase, PurchaseKind, RefusalCode, Snapshot, StoreFinish, Timestamp};
use crate::stores::{Proof, Refusal, StoreApp};

/// Google gives back what nobody acknowledged by then: who brings an older purchase brings one that was finished, or is gone.
const AGE_MILLIS_MAX: i64 = 3 * Timestamp::DAY;
/// `purchaseState` of what is paid for.
const PURCHASED: i64 = 0;

/// A purchase as it is signed.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SignedPurchase {
    order_id: Option<String>,
    product_id: Option<String>,
    /// Newer libraries may name several.
    product_ids: Option<Vec<String>>,
    /// Milliseconds.
    purchase_time: Option<i64>,
    purchase_state: Option<i64>,
    purchase_token: String,
    obfuscated_account_id: Option<String>,
    quantity: Option<i64>,
    /// Only subscriptions have it.
    auto_renewing: Option<Value>,
}

/// The purchase a proof is of, as its signature says.
pub(super) fn read_offline(app: &StoreApp, proof: &Proof, now: Timestamp) -> Result<Snapshot, Refusal> {
    let Proof::PurchaseToken { purchase_token, product_id, signed: Some(signed), .. } = proof else {
        return Err(not_for_sure("the proof has no data and signature"));
    };
    if !check_signed_data(app, signed, purchase_token)? {
        return Err(not_for_sure("the app has no license_key"));
    }
    let read = |_| not_for_sure("the signed purchase can't be read");
    let data: SignedPurchase = serde_json::from_str(&signed.data).map_err(read)?;
    let evidence: Value = serde_json::from_str(&signed.data).map_err(read)?;
    let purchase = read_data(app, &data, product_id.as_deref(), now)?;
    Ok(Snapshot::of(Purchase { evidence: evidence_of([("signedPurchase", Some(&evidence))]), ..purchase }, None))
}

fn read_data(app: &StoreApp, data: &SignedPurchase, product_id: Option<&str>, now: Timestamp) -> Result<Purchase, Refusal> {
    let (token, signed_product) = (&data.purchase_token, find_product(data)?);
    if product_id.is_some_and(|product_id| product_id != signed_product) {
        let reason = format!("the signed purchase is of the product {signed_product:?}");
        return Err(Refusal::new(RefusalCode::ProductMismatch, reason));
    }
    let purchased_at = data.purchase_time.filter(|at| *at > 0).map(Timestamp);
    let purchased_at = purchased_at.ok_or_else(|| not_for_sure("the signed purchase has no time"))?;
    if data.auto_renewing.is_some() {
        return Err(not_for_sure("the signed purchase is of a subscription"));
    }
    if data.purchase_state != Some(PURCHASED) {
        return Err(not_for_sure("the signed purchase is not paid for"));
    }
    if now.0 - purchased_at.0 > AGE_MILLIS_MAX {
        return Err(not_for_sure("the signed purchase is older than three days"));
    }
    let order_id = data.order_id.as_ref().filter(|id| !id.is_empty()).unwrap_or(token).clone();
    Ok(Purchase {
        original_order_id: order_id.clone(),
        order_id,
        other_id: None,
        period_id: Some(format!("{token}:{signed_product}")),
        previous_chain_id: None,
        product_id: signed_product.clone(),
        quantity: data.quantity.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0).unwrap_or(1),
        account_token: read_account_token(data.obfuscated_account_id.as_deref()),
        // What is signed does not say whether a licence tester bought it; Google says so later.
        environment: environment_of(app, app.environment == Environment::Sandbox)?,
        purchased_at,
        started_at: None,
        expires_at: None,
        pending: false,
        never_paid: false,
        revoked_at: None,
        refund: None,
        price: None,
        kind: Some(PurchaseKind::OneTime),
        is_renewal: false,
        is_superseded: false,
        ownership: Ownership::Purchased,
        offer: None,
        group_id: None,
        store_account: None,
        purchase_token: Some(token.clone()),
        is_provisional: true,
        finish: StoreFinish::Until(acknowledge_by(purchased_at, false)),
        // Whatever Google says itself is newer.
        as_of: Timestamp(0),
        evidence: Evidence::default(),
    })
}

/// The one product of a signed purchase.
fn find_product(data: &SignedPurchase) -> Result<&String, Refusal> {
    match (&data.product_id, data.product_ids.as_deref().unwrap_or_default()) {
        (Some(product_id), [] | [_]) if !product_id.is_empty() => Ok(product_id),
        (None, [product_id]) if !product_id.is_empty() => Ok(product_id),
        _ => Err(not_for_sure("the signed purchase is not of one product")),
    }
}

/// The signature does not decide: the proof waits for Google.
fn not_for_sure(reason: &str) -> Refusal {
    Refusal::new(RefusalCode::StoreUnavailable, reason)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stores::{SignedData, simulated_app};

    const BOUGHT: Timestamp = Timestamp(1_700_000_000_000);

    /// What is read of a purchase whose signed data are changed.
    fn read(changes: Value, at: Timestamp) -> Result<Purchase, Refusal> {
        let mut data = json!({
            "orderId": "GPA.1", "packageName": "game.example", "productId": "gem", "purchaseTime": BOUGHT.0, "purchaseState": 0,
            "purchaseToken": "token", "obfuscatedAccountId": "AB-1", "quantity": 2,
        });
        data.as_object_mut().unwrap().extend(changes.as_object().cloned().unwrap_or_default());
        read_data(&simulated_app(), &serde_json::from_value(data).unwrap(), Some("gem"), at)
    }

    #[test]
    fn reads_what_is_signed() {
        let read = read(json!({}), BOUGHT).unwrap();
        assert_eq!((read.identity().as_str(), read.order_id.as_str(), read.quantity), ("period:token:gem", "GPA.1", 2));
        assert_eq!((read.account_token.as_deref(), read.is_provisional), (Some("ab-1"), true));
        assert_eq!(read.finish, StoreFinish::Until(BOUGHT.plus_millis(AGE_MILLIS_MAX)));
    }

    #[test]
    fn takes_only_one_time_purchases_that_are_paid_and_fresh() {
        let unsure = RefusalCode::StoreUnavailable;
        for (changes, code) in [
            (json!({ "purchaseState": 4 }), unsure),
            (json!({ "purchaseState": 1 }), unsure),
            (json!({ "purchaseState": null }), unsure),
            (json!({ "autoRenewing": false }), unsure),
            (json!({ "purchaseTime": null }), unsure),
            (json!({ "productIds": ["gem", "coin"] }), unsure),
            (json!({ "productId": null }), unsure),
            (json!({ "productId": "coin" }), RefusalCode::ProductMismatch),
        ] {
            assert_eq!(read(changes.clone(), BOUGHT).unwrap_err().code, code, "{changes}");
        }
        assert!(read(json!({}), BOUGHT.plus_millis(AGE_MILLIS_MAX)).is_ok());
        assert_eq!(read(json!({}), BOUGHT.plus_millis(AGE_MILLIS_MAX + 1)).unwrap_err().code, unsure);
    }

    #[test]
    fn without_key_or_signature_nothing_is_sure() {
        let proof =
            |signed| Proof::PurchaseToken { purchase_token: "token".into(), product_id: None, signed, is_guessable: false };
        let signed = Some(SignedData { data: "{}".into(), signature: "AA==".into() });
        for proof in [proof(None), proof(signed)] {
            assert_eq!(read_offline(&simulated_app(), &proof, BOUGHT).unwrap_err().code, RefusalCode::StoreUnavailable);
        }
    }
}
