//! A bare transaction id or an unsigned receipt is known to whoever saw it, and is no claim by itself: an app's counts only
//! when the store says whose the purchase is. Strangers have the public AppKey and a victim's ids.

use axum::http::StatusCode;
use purser::audit::By;
use purser::projects::{self, AppInput, ProjectInput};
use serde_json::{Value, json};

use crate::apple_life::{account_token, apple_app, gem, period};
use crate::apple_store::{FakeStore, sign};
use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

/// An old receipt, of transaction 33993399.
const RECEIPT: &str = include_str!("../stores/apple/tests/vectors/library/legacyTransaction");

async fn verify(shop: &Shop, key: Key, user: &str, proof: Value) -> (StatusCode, Value) {
    let body = json!({ "store": "AS", "userKey": user, "proof": proof });
    shop.call(key, "POST", "/api/v1/payments/verify", body).await
}

async fn verify_reserved(shop: &Shop, key: Key, payment: &str, proof: &Value) -> (StatusCode, Value) {
    shop.call(key, "POST", &format!("/api/v1/payments/{payment}/verify"), json!({ "proof": proof })).await
}

/// How many payments the project has that were paid, by user.
async fn paid_of(shop: &Shop, user: &str) -> usize {
    let path = format!("/api/v1/payments?status=SUCCESS&userKey={user}");
    let (_, page) = shop.call(Key::Secret, "GET", &path, Value::Null).await;
    page["items"].as_array().expect("a list").len()
}

/// What a stranger is told of ids, those of purchases and one of nothing: the same of all.
async fn assert_nothing_is_told(shop: &Shop, ids: &[&str]) {
    let (reserved, _) = shop.reserve("AS", "stranger", "gem_100").await;
    let (_, unknown) = verify(shop, Key::App, "stranger", json!({ "transactionId": "999" })).await;
    assert_eq!(unknown["code"], "PROOF_INVALID");
    let (_, unknown_reserved) = verify_reserved(shop, Key::App, &reserved, &json!({ "transactionId": "999" })).await;
    assert_eq!(unknown_reserved["code"], "PROOF_INVALID");
    for id in ids.iter().chain(&["999", "998"]) {
        for _ in 0..2 {
            let proof = json!({ "transactionId": id });
            let (status, answer) = verify(shop, Key::App, "stranger", proof.clone()).await;
            assert_eq!((status, &answer), (StatusCode::UNPROCESSABLE_ENTITY, &unknown), "{id}");
            let (status, answer) = verify_reserved(shop, Key::App, &reserved, &proof).await;
            assert_eq!((status, &answer), (StatusCode::UNPROCESSABLE_ENTITY, &unknown_reserved), "{id}");
        }
    }
    let untouched = shop.payment(&reserved).await;
    assert_eq!((&untouched["status"], untouched["events"].as_array().map(Vec::len)), (&json!("RESERVED"), Some(1)));
    assert_eq!(paid_of(shop, "stranger").await, 0);
}

on_both! {
    async fn a_stranger_gets_nothing_before_and_after_the_victim_verifies(state: TestState) {
        let shop = crate::apple_life::open(&state).await;
        let store = FakeStore::open(&state).await;
        let token = account_token(&shop, "victim").await;
        let theirs = gem("7", json!({ "appAccountToken": token }));
        let bare = gem("8", json!({}));
        for known in [
            theirs.clone(),
            bare.clone(),
            gem("9", json!({ "productId": "sword" })),
            gem("10", json!({ "revocationDate": 1, "appAccountToken": token })),
            gem("11", json!({ "bundleId": "com.example.game", "quantity": 3 })),
            period("12", 0, json!({})),
        ] {
            store.knows(&state, &known);
        }
        let ids = ["7", "8", "9", "10", "11", "12"];
        assert_nothing_is_told(&shop, &ids).await;
        let (_, page) = shop.call(Key::Secret, "GET", "/api/v1/payments?status=SUCCESS", Value::Null).await;
        assert_eq!(page["items"], json!([]), "nothing was entered for anybody");

        for signed in [&theirs, &bare] {
            let proof = json!({ "signedTransaction": sign(&state, signed) });
            assert_eq!(verify(&shop, Key::App, "victim", proof).await.0, StatusCode::OK);
        }
        let before = paid_of(&shop, "victim").await;
        assert_nothing_is_told(&shop, &ids).await;
        assert_eq!((before, paid_of(&shop, "victim").await), (2, 2));
    }

    async fn the_victim_and_a_game_server_are_served(state: TestState) {
        let shop = Shop::open(&state).await;
        let store = FakeStore::open(&state).await;
        let (reserved, token) = shop.reserve("AS", "victim", "gem_100").await;
        store.knows(&state, &gem("7", json!({ "appAccountToken": token.to_uppercase() })));
        store.knows(&state, &gem("8", json!({})));
        assert_nothing_is_told(&shop, &["7", "8"]).await;
        let (status, mine) = verify_reserved(&shop, Key::App, &reserved, &json!({ "transactionId": "7" })).await;
        assert_eq!((status, &mine["storeOrderId"]), (StatusCode::OK, &json!("7")), "the store says whose it is: {mine}");
        let (status, answer) = verify(&shop, Key::App, "victim", json!({ "transactionId": "8" })).await;
        assert_eq!((status, &answer["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("PROOF_INVALID")));
        let (status, answer) = verify(&shop, Key::Secret, "victim", json!({ "transactionId": "8" })).await;
        assert_eq!((status, text(&answer, "userKey")), (StatusCode::OK, "victim".to_owned()), "{answer}");
        let (status, _) = verify(&shop, Key::Secret, "stranger", json!({ "transactionId": "7" })).await;
        assert_eq!(status, StatusCode::CONFLICT, "a game server's word is no reason to move it");
    }

    async fn the_built_in_model_makes_no_difference(state: TestState) {
        let shop = Shop::open(&state).await;
        let settings = ProjectInput { name: "Game".into(), client_consume: true, ..ProjectInput::default() };
        projects::update_project(&state, &By::System("test"), &shop.project, &settings).await.expect("is set");
        let store = FakeStore::open(&state).await;
        store.knows(&state, &gem("8", json!({})));
        assert_nothing_is_told(&shop, &["8"]).await;
    }

    async fn an_old_receipt_is_no_more_than_an_id(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = apple_app(&state, &shop.project).await;
        let input = AppInput { fields: [("legacy_receipts".to_owned(), "YES".to_owned())].into(), ..AppInput::default() };
        projects::update_app(&state, &By::System("test"), &shop.project, app, &input).await.expect("is set");
        let store = FakeStore::open(&state).await;
        let page = |purchase: &Value| json!({ "revision": "r1", "hasMore": false, "signedTransactions": [sign(&state, purchase)] });
        store.says("v2/history/33993399", StatusCode::OK, page(&gem("7", json!({}))));
        let proof = json!({ "receipt": RECEIPT });
        let (_, unknown) = verify(&shop, Key::App, "stranger", json!({ "transactionId": "999" })).await;
        assert_eq!(verify(&shop, Key::App, "stranger", proof.clone()).await, (StatusCode::UNPROCESSABLE_ENTITY, unknown));
        let (status, answer) = verify(&shop, Key::App, "stranger", json!({ "receipt": "bm8=" })).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text(&answer, "detail").contains("proof.receipt"), "{answer}");
        assert_eq!(verify(&shop, Key::Secret, "player", proof).await.0, StatusCode::OK);
        assert_eq!((paid_of(&shop, "stranger").await, paid_of(&shop, "player").await), (0, 1));
    }

    async fn a_store_that_is_away_is_the_same_for_all(state: TestState) {
        let shop = Shop::open(&state).await;
        for id in ["7", "8"] {
            let (status, answer) = verify(&shop, Key::App, "stranger", json!({ "transactionId": id })).await;
            assert_eq!((status, &answer["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("STORE_UNAVAILABLE")));
        }
    }
}
