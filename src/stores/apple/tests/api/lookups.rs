//! What the API tells is believed only when it is signed, for this app, and marked as of the environment that told it.

use super::*;
use crate::simulator::apple::Authority;
use crate::stores::apple::api::ApiFailure;

struct Shop {
    authority: Authority,
    app: StoreApp,
}

impl Shop {
    fn new() -> Self {
        Self { authority: Authority::generate(NOW).unwrap(), app: app_with_key(Environment::Simulator) }
    }

    async fn telling(&self, payload: &Value) -> (AppleStore, FakeStore) {
        self.scripted(Reply::Json(200, json!({ "signedTransactionInfo": self.authority.sign_jws(payload).unwrap() }))).await
    }

    async fn scripted(&self, reply: Reply) -> (AppleStore, FakeStore) {
        let reply = std::sync::Mutex::new(Some(reply));
        let fake = FakeStore::start(move |_, _| reply.lock().unwrap().take().unwrap_or_else(Reply::unauthorized)).await;
        (AppleStore::new(vec![self.authority.root_der().to_vec()], hosts(&fake), QUICK).unwrap(), fake)
    }
}

fn with(changes: Value) -> Value {
    let mut payload = transaction();
    payload.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    payload
}

async fn verify_id(store: &AppleStore, app: &StoreApp, proof: Value) -> Result<Purchase, Refusal> {
    verify_json(store, app, &proof, NOW.into()).await
}

#[tokio::test]
async fn a_named_transaction_is_looked_up_and_checked_like_a_signed_one() {
    let shop = Shop::new();
    let (store, fake) = shop.telling(&transaction()).await;
    let looked_up = verify_id(&store, &shop.app, json!({ "transactionId": "2000000000000001" })).await.unwrap();
    let token = shop.authority.sign_jws(&transaction()).unwrap();
    assert_eq!(Ok(looked_up), verify(&store, &shop.app, &token).await);
    assert_eq!(fake.paths(), ["/simulator/inApps/v1/transactions/2000000000000001"], "a signed one needs no call");
}

#[tokio::test]
async fn an_answer_of_another_is_not_taken() {
    let shop = Shop::new();
    let proof = json!({ "transactionId": "2000000000000001" });
    for (payload, code, reason) in [
        (with(json!({ "transactionId": "2000000000000002" })), RefusalCode::StoreUnavailable, "another transaction"),
        (with(json!({ "bundleId": "game.other" })), RefusalCode::StoreUnavailable, "signed for the app \"game.other\""),
        (with(json!({ "environment": "Production" })), RefusalCode::StoreUnavailable, "but Sandbox told it"),
        (with(json!({ "environment": null })), RefusalCode::StoreUnavailable, "but Sandbox told it"),
        (with(json!({ "quantity": "2" })), RefusalCode::StoreUnavailable, "transaction.quantity"),
    ] {
        let (store, _fake) = shop.telling(&payload).await;
        let refusal = verify_id(&store, &shop.app, proof.clone()).await.unwrap_err();
        assert!(refusal.code == code && refusal.reason.contains(reason), "{refusal:?}");
    }
    let stranger = Authority::generate(NOW).unwrap().sign_jws(&transaction()).unwrap();
    let (store, _fake) = shop.scripted(Reply::Json(200, json!({ "signedTransactionInfo": stranger }))).await;
    let refusal = verify_id(&store, &shop.app, proof).await.unwrap_err();
    assert_eq!(refusal.code, RefusalCode::StoreUnavailable, "a stranger in between says nothing against the purchase");
    assert!(refusal.reason.contains("can't be trusted"), "{}", refusal.reason);
}

#[tokio::test]
async fn what_the_store_says_becomes_a_refusal_of_its_own_code() {
    let shop = Shop::new();
    for (reply, code) in [
        (Reply::unauthorized(), RefusalCode::StoreCredentials),
        (Reply::error(4_000_002), RefusalCode::StoreCredentials),
        (Reply::error(4_040_010), RefusalCode::ProofInvalid),
        (Reply::error(4_000_006), RefusalCode::ProofInvalid),
        (Reply::error(4_290_000), RefusalCode::StoreUnavailable),
        (Reply::error(5_000_000), RefusalCode::StoreUnavailable),
        (Reply::error(4_990_000), RefusalCode::StoreUnavailable),
        (Reply::Raw(200, Vec::new(), "<html>"), RefusalCode::StoreUnavailable),
    ] {
        let (store, _fake) = shop.scripted(reply).await;
        let refusal = verify_id(&store, &shop.app, json!({ "transactionId": "1" })).await.unwrap_err();
        assert_eq!(refusal.code, code, "{}", refusal.reason);
    }
    let (store, fake) = shop.telling(&transaction()).await;
    let without_key = StoreApp { secrets: Default::default(), ..shop.app.clone() };
    let refusal = verify_id(&store, &without_key, json!({ "transactionId": "1" })).await.unwrap_err();
    assert_eq!(refusal, Refusal::new(RefusalCode::StoreCredentials, "this app's private_key is not set"));
    assert!(fake.seen().is_empty());
}

#[tokio::test]
async fn a_proof_that_names_nothing_good_is_not_looked_up() {
    let shop = Shop::new();
    let (store, fake) = shop.telling(&transaction()).await;
    for (proof, reason) in [
        (json!({}), "proof.signedTransaction is missing"),
        (json!({ "signedTransaction": "" }), "proof.signedTransaction is missing"),
        (json!({ "signedTransaction": "", "transactionId": "1" }), "proof.signedTransaction is missing"),
        (json!({ "transactionId": "" }), "proof.transactionId is missing"),
        (json!({ "transactionId": 7 }), "proof.transactionId must be text"),
        (json!({ "transactionId": "7a" }), "proof.transactionId must be the digits"),
        (json!({ "transactionId": "1".repeat(33) }), "proof.transactionId must be the digits"),
        (json!("1"), "proof must be an object"),
    ] {
        assert_refused(verify_id(&store, &shop.app, proof).await, reason);
    }
    assert!(fake.seen().is_empty());
}

#[tokio::test]
async fn a_live_app_believes_no_simulator() {
    let shop = Shop::new();
    let (store, _fake) = shop.telling(&transaction()).await;
    let live = app_with_key(Environment::Live);
    let failure = store.get_transaction(&live, "2000000000000001", NOW).await.unwrap_err();
    assert!(matches!(failure, ApiFailure::Untrusted(_)), "{failure}");
}
