use super::world::sign;
use super::*;
use crate::model::{RefusalCode, Secret};
use crate::stores::Proof;

fn data() -> String {
    json!({ "orderId": "o1", "packageName": "game.example", "productId": "gem", "purchaseTime": NOW.0, "purchaseToken": TOKEN,
            "purchaseId": "26010108590010115878", "developerPayload": "", "purchaseState": 0, "recurringState": -1 })
    .to_string()
}

async fn found() -> ScriptedStore {
    ScriptedStore::start(|_, _| ok(json!({ "purchaseState": 0, "purchaseTime": NOW.0, "purchaseId": "26010108590010115878" })))
        .await
}

#[tokio::test]
async fn a_receipt_is_checked_and_one_store_asked_all_the_same() {
    let store = found().await;
    let signed = json!({ "purchaseToken": TOKEN, "productId": "gem", "data": data(), "signature": sign(&data()) });
    assert!(verify(&store, &app(), signed).await.is_ok());
    assert_eq!(store.asked().len(), 1);
    let by_client_id = data().replace("game.example", "0000042301");
    let signed = json!({ "originalJson": by_client_id, "signature": sign(&by_client_id) });
    assert!(verify(&store, &app(), signed).await.is_ok(), "the receipt names token and product");
}

#[tokio::test]
async fn a_receipt_that_is_forged_or_of_another_purchase_is_refused_without_asking() {
    let store = found().await;
    let with =
        |data: &str, signature: &str| json!({ "purchaseToken": TOKEN, "productId": "gem", "data": data, "signature": signature });
    let other_app = data().replace("game.example", "game.other");
    let other_product = data().replace("\"gem\"", "\"gold\"");
    let other_token = data().replace(TOKEN, "260101090000SGP40544");
    for (proof, why) in [
        (with(&data(), &sign(&other_app)), "proof.signature is not of"),
        (with(&data(), "%"), "proof.signature is not base64"),
        (with(&other_app, &sign(&other_app)), "is of the app"),
        (with(&other_product, &sign(&other_product)), "another purchase"),
        (with(&other_token, &sign(&other_token)), "another purchase"),
        (with("[]", &sign("[]")), "another purchase"),
        (with("x", &sign("x")), "not JSON"),
    ] {
        let refusal = verify(&store, &app(), proof).await.unwrap_err();
        assert_eq!(refusal.code, RefusalCode::ProofInvalid);
        assert!(refusal.reason.contains(why), "{:?} does not say {why:?}", refusal.reason);
    }
    assert_eq!(store.fake.seen().len(), 0);
}

#[tokio::test]
async fn after_a_change_of_the_key_the_one_before_counts_too_and_without_a_key_nothing_is_checked() {
    let store = found().await;
    let signed = || json!({ "purchaseToken": TOKEN, "productId": "gem", "data": data(), "signature": sign(&data()) });
    let mut changed = app();
    let before = changed.settings.remove("license_key").unwrap();
    // A key of 1024 bits that ONE store's guide prints.
    let other = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDMzpWJoK1GSOrr4juma5+sREYjdCW8/xSd9+6z6PAkUH5af97wy8ecfkLtP9LK5VskryfDlcOjfu0B\
                 gmHYntAqKT7B4KWk8jWbJ8VHUpp30H95UbcnCRFDqpEtwYzNA5gNMYKtAdbL41K8Fbum0Xqxo65pPEI4UC3MAG96O7X1WQIDAQAB";
    changed.settings.insert("license_key".into(), other.into());
    assert!(verify(&store, &changed, signed()).await.is_err());
    changed.settings.insert("previous_license_key".into(), before);
    assert!(verify(&store, &changed, signed()).await.is_ok());
    let mut keyless = app();
    keyless.settings.remove("license_key");
    keyless.secrets.insert("client_secret".into(), Secret("s".into()));
    let garbled = json!({ "purchaseToken": TOKEN, "productId": "gem", "data": "{}", "signature": "x" });
    assert!(verify(&store, &keyless, garbled).await.is_ok());
}

/// A text signed by OpenSSL with a key of 1024 bits, as older apps have.
#[test]
fn a_key_of_1024_bits_counts() {
    use crate::stores::onestore::licence::{is_signed, read_signature};
    let mut old = app();
    old.settings.insert("license_key".into(), KEY_1024.into());
    let signature = read_signature(SIGNATURE_1024).unwrap();
    assert!(is_signed(&old, TEXT_1024.as_bytes(), &signature));
    assert!(!is_signed(&old, TEXT_1024.replace("10000", "1").as_bytes(), &signature));
}

const TEXT_1024: &str =
    r#"{"msgVersion":"2.0.0","purchaseId":"17070421461015116878","price":10000,"productName":"한글 GOLD100(+20)"}"#;
const KEY_1024: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC9QYhk3LcKkTUzNbX3NW6qX30e21aSOGWamUFJsJC6S1dkcb935oNG53QfEhg4e43CRDeUXV\
    YKcx7IrQkdzL87m3NJ89PSSA7Fgp0TqB0ZYmRGMsJ3yR55Zgr3jo+pExDSrcQGx0GqLWjr5VcHm6O0lAWs0U0QaJIRtbp1vbC/cwIDAQAB";
const SIGNATURE_1024: &str = "nH/LG7JhL6/iYyWmKTrx6PJ7IBSbGSyH8lgDSvxBL9G+K+Jk3gnBLOexgRnUclrz/sllqn7LQnq257oelrsaM4cuPLEsRn3laLKLV68dqkmexR\
    iu6RKsU8sW78IDX8K2Z/rkwhbvbAd4dKTiYTznD0u53l15xJdozMhBPCyd/fA=";

#[test]
fn the_form_is_checked_without_asking() {
    let store = crate::stores::onestore::OneStore::new(
        crate::stores::onestore::api::Hosts::one_store(),
        crate::stores::onestore::api::LIMITS,
    );
    let read = |proof: Value| store.read_proof(&app(), &proof);
    assert!(matches!(read(proof()), Ok(Proof::PurchaseToken { signed: None, product_id: Some(_), .. })));
    for (bad, why) in [
        (json!({ "purchaseToken": TOKEN }), "proof.productId is missing"),
        (json!({ "productId": "gem" }), "proof.purchaseToken is missing"),
        (json!({ "purchaseToken": "a/b", "productId": "gem" }), "proof.purchaseToken must have no slash"),
        (json!({ "purchaseToken": TOKEN, "productId": "a/b" }), "proof.productId must have no slash"),
        (json!([]), "proof must be an object"),
    ] {
        assert_eq!(read(bad).unwrap_err().reason, why);
    }
}
