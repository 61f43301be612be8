//! Receipts of before StoreKit 2: every purchase in one that waits is reached, whatever became of the others.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use purser::audit::By;
use purser::jobs::VerifyLater;
use purser::projects::{self, AppInput};
use serde_json::{Value, json};

use crate::apple_life::{self, apple_app, gem, unconsumed};
use crate::apple_store::{FakeStore, sign};
use crate::shop::{BUNDLE, Key, Shop, text};
use crate::support::{START, TestState, on_both, run};

/// A receipt that names purchases of `gem_100` by their ids, each bought later than the one before.
fn receipt(ids: &[&str]) -> String {
    let info = |(at, id): (usize, &&str)| {
        let info =
            format!("{{\n\"transaction-id\" = \"{id}\";\n\"product-id\" = \"gem_100\";\n\"purchase-date-ms\" = \"{at}\";\n}}");
        format!("\"purchase-info\" = \"{}\";\n", STANDARD.encode(info))
    };
    STANDARD.encode(format!("{{\n{}}}", ids.iter().enumerate().map(info).collect::<String>()))
}

async fn open(state: &TestState) -> (Shop, FakeStore) {
    let shop = apple_life::open(state).await;
    let input = AppInput { fields: [("legacy_receipts".to_owned(), "YES".to_owned())].into(), ..AppInput::default() };
    let app = apple_app(state, &shop.project).await;
    projects::update_app(state, &By::System("test"), &shop.project, app, &input).await.expect("is set");
    let store = FakeStore::open(state).await;
    (shop, store)
}

/// The store knows these purchases of one customer, by each of their ids.
fn knows(state: &TestState, store: &FakeStore, ids: &[&str]) {
    let bought = |(at, id): (usize, &&str)| gem(id, json!({ "purchaseDate": START.0 + i64::try_from(at).expect("small") }));
    let all: Vec<Value> = ids.iter().enumerate().map(bought).collect();
    let tokens: Vec<String> = all.iter().rev().map(|one| sign(state, one)).collect();
    let page = json!({ "revision": "r", "hasMore": false, "signedTransactions": tokens });
    for (one, id) in all.iter().zip(ids) {
        store.knows(state, one);
        store.says(&format!("v2/history/{id}"), StatusCode::OK, page.clone());
    }
}

async fn verify(shop: &Shop, proof: Value) -> (StatusCode, Value) {
    let body = json!({ "store": "AS", "appId": BUNDLE, "userKey": "player-1", "proof": proof });
    shop.call(Key::Secret, "POST", "/api/v1/payments/verify", body).await
}

on_both! {
    async fn each_is_named_and_granted(state: TestState) {
        let (shop, store) = open(&state).await;
        knows(&state, &store, &["1", "2", "3"]);
        let whole = receipt(&["1", "66", "2", "3", "77"]);
        let (status, answer) = verify(&shop, json!({ "receipt": whole })).await;
        assert_eq!((status, &answer["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("PROOF_INVALID")));
        let detail = text(&answer, "detail");
        assert!(detail.contains("transactionId") && detail.ends_with("one of 3 (gem_100), 2 (gem_100), 1 (gem_100)"), "{detail}");
        for (id, count) in [("1", 1), ("3", 2), ("2", 3), ("2", 3)] {
            let (status, answer) = verify(&shop, json!({ "receipt": whole, "transactionId": id })).await;
            assert_eq!((status, &answer["storeOrderId"]), (StatusCode::OK, &json!(id)), "{answer}");
            assert_eq!(unconsumed(&shop, "player-1").await, count);
        }
        let (status, answer) = verify(&shop, json!({ "receipt": whole, "transactionId": "66" })).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text(&answer, "detail").contains("leads to no such purchase"), "{answer}");
    }

    async fn the_only_one_left_is_taken_unnamed(state: TestState) {
        let (shop, store) = open(&state).await;
        knows(&state, &store, &["1", "2"]);
        let suffered = receipt(&["2"]).replace('=', "%3D");
        let (status, answer) = verify(&shop, json!({ "receipt": suffered })).await;
        assert_eq!((status, &answer["storeOrderId"]), (StatusCode::OK, &json!("2")), "{answer}");
        let (status, answer) = verify(&shop, json!({ "receipt": "not a receipt" })).await;
        assert!(status == StatusCode::UNPROCESSABLE_ENTITY && text(&answer, "detail").contains("proof.receipt"), "{answer}");
    }

    async fn one_that_waited_for_the_store_leads_to_the_same(state: TestState) {
        let (shop, store) = open(&state).await;
        let away = json!({ "errorCode": 5_000_000, "errorMessage": "Away." });
        for id in ["1", "2"] {
            for path in [format!("v2/history/{id}"), format!("v1/transactions/{id}")] {
                store.says(&path, StatusCode::INTERNAL_SERVER_ERROR, away.clone());
            }
        }
        let (status, answer) = verify(&shop, json!({ "receipt": receipt(&["1", "2"]), "transactionId": "1" })).await;
        assert_eq!((status, &answer["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("STORE_UNAVAILABLE")), "{answer}");
        knows(&state, &store, &["1", "2"]);
        state.clock.advance(purser::model::Timestamp::HOUR);
        assert_eq!(run(&state, VerifyLater).await.done, 1);
        assert_eq!(unconsumed(&shop, "player-1").await, 1);
        assert_eq!(apple_life::payment_of(&shop, "1").await["status"], "SUCCESS");
    }
}
