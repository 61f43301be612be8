use super::*;
use crate::model::{PurchaseKind, RefusalCode, StoreFinish};

const BOUGHT: i64 = NOW.0 - 60_000;

/// ONE store's own example.
fn details() -> Value {
    json!({ "consumptionState": 0, "developerPayload": "6F9619FF-8B86-D011-B42D-00CF4FC964FF", "purchaseState": 0,
            "purchaseTime": BOUGHT, "purchaseId": "26010108590010115878", "acknowledgeState": 0, "quantity": 2 })
}

async fn read(change: impl Fn(&mut Value)) -> Result<Purchase, Refusal> {
    let mut details = details();
    change(&mut details);
    let store = ScriptedStore::start(move |_, _| ok(details.clone())).await;
    verify_purchase(&store).await
}

#[tokio::test]
async fn a_purchase_is_read_with_all_that_one_store_says() {
    let purchase = read(|_| {}).await.unwrap();
    assert_eq!(
        (purchase.order_id.as_str(), purchase.original_order_id.as_str()),
        ("26010108590010115878", "26010108590010115878")
    );
    assert_eq!(purchase.identity(), format!("period:{TOKEN}"));
    assert_eq!((purchase.product_id.as_str(), purchase.quantity), ("gem", 2));
    assert_eq!(purchase.account_token.as_deref(), Some("6f9619ff-8b86-d011-b42d-00cf4fc964ff"));
    assert_eq!((purchase.purchased_at, purchase.environment), (Timestamp(BOUGHT), Environment::Simulator));
    assert_eq!((purchase.price, purchase.kind), (None, Some(PurchaseKind::OneTime)), "ONE store does not say the price");
    assert_eq!(purchase.finish, StoreFinish::Until(Timestamp(BOUGHT + days(3))));
    assert_eq!((purchase.revoked_at, purchase.pending, purchase.as_of), (None, false, NOW));
    assert_eq!(purchase.purchase_token.as_deref(), Some(TOKEN));
    assert_eq!(purchase.evidence.read()["purchaseDetails"]["purchaseId"], "26010108590010115878");
}

#[tokio::test]
async fn a_payload_that_is_null_empty_or_missing_names_nobody() {
    for payload in [Value::Null, json!("")] {
        assert_eq!(read(|details| details["developerPayload"] = payload.clone()).await.unwrap().account_token, None);
    }
    let absent = read(|details| drop(details.as_object_mut().unwrap().remove("developerPayload")));
    assert_eq!(absent.await.unwrap().account_token, None);
}

#[tokio::test]
async fn each_state_has_its_meaning() {
    for (name, value, finish, is_taken_back) in [
        ("acknowledgeState", 1, StoreFinish::Acknowledged, false),
        ("consumptionState", 1, StoreFinish::Consumed, false),
        ("purchaseState", 1, StoreFinish::NotAsked, true),
        ("purchaseState", 2, StoreFinish::NotAsked, true),
    ] {
        let purchase = read(|details| details[name] = json!(value)).await.unwrap();
        assert_eq!((purchase.finish, purchase.revoked_at.is_some()), (finish, is_taken_back), "{name} {value}");
        assert_eq!(purchase.refund.is_some(), is_taken_back);
    }
    for unknown in [json!(7), Value::Null] {
        let refusal = read(|details| details["purchaseState"] = unknown.clone()).await.unwrap_err();
        assert_eq!(refusal.code, RefusalCode::StoreUnavailable, "what is new to us makes no proof invalid");
    }
}

#[tokio::test]
async fn a_purchase_without_a_number_is_known_by_its_token() {
    let purchase = read(|details| details["purchaseId"] = Value::Null).await.unwrap();
    assert_eq!((purchase.order_id.as_str(), purchase.identity()), (TOKEN, format!("period:{TOKEN}")));
}

#[tokio::test]
async fn a_purchase_counts_in_the_environment_it_is_found_in() {
    let in_sandbox = |path: &str, _: &_| path.starts_with("sandbox/purchases/inapp").then(|| ok(details())).flatten();
    let mut live = app_of(Environment::Live);
    live.settings.remove("subscriptions");
    let store = ScriptedStore::start(in_sandbox).await;
    assert_eq!(verify(&store, &live, proof()).await.unwrap_err().code, RefusalCode::ProofInvalid);
    assert_eq!(store.asked(), [format!("commercial/purchases/inapp/products/gem/{TOKEN}")]);
    live.accept_sandbox = true;
    assert_eq!(verify(&store, &live, proof()).await.unwrap().purchases[0].environment, Environment::Sandbox);
    let sandbox = app_of(Environment::Sandbox);
    assert_eq!(verify(&store, &sandbox, proof()).await.unwrap().purchases[0].environment, Environment::Sandbox);
}

#[tokio::test]
async fn a_token_of_the_sandbox_is_not_even_asked_for_elsewhere() {
    let store = ScriptedStore::start(|_, _| ok(details())).await;
    let proof = json!({ "purchaseToken": "SANDBOX3000002616574", "productId": "gem" });
    let mut live = app_of(Environment::Live);
    assert_eq!(verify(&store, &live, proof.clone()).await.unwrap_err().code, RefusalCode::EnvironmentMismatch);
    assert_eq!(store.fake.seen().len(), 0);
    live.accept_sandbox = true;
    assert_eq!(verify(&store, &live, proof).await.unwrap().purchases[0].environment, Environment::Sandbox);
    assert_eq!(store.asked(), ["sandbox/purchases/inapp/products/gem/SANDBOX3000002616574"]);
}

#[tokio::test]
async fn an_unknown_purchase_is_told_from_a_store_that_can_not_say() {
    let store = ScriptedStore::start(|_, _| None).await;
    assert_eq!(verify_purchase(&store).await.unwrap_err().code, RefusalCode::ProofInvalid);
    assert_eq!(store.store.fetch_by_token(&app(), TOKEN, Some("gem"), NOW.into()).await, Ok(None));
    let paths = store.asked();
    let expected = ["inapp", "subscription", "auto"].map(|kind| format!("purchases/{kind}/products/gem/{TOKEN}"));
    assert_eq!(paths[..3], expected, "one token may be of any of them");
    let mut managed_only = app();
    managed_only.settings.remove("subscriptions");
    assert!(verify(&store, &managed_only, proof()).await.is_err());
    assert_eq!(store.asked()[6..], expected[..1]);
    for (status, code, expected) in [
        (401, "InvalidAccessToken", RefusalCode::StoreCredentials),
        (404, "ResourceNotFound", RefusalCode::StoreCredentials),
        (503, "ServiceMaintenance", RefusalCode::StoreUnavailable),
    ] {
        let store = ScriptedStore::start(move |_, _| Some(error(status, code))).await;
        assert_eq!(verify_purchase(&store).await.unwrap_err().code, expected);
    }
}
