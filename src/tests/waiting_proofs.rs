//! A proof handed in while its store can't be reached is kept, and verified by the server once it can.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use purser::jobs::VerifyLater;
use purser::model::Timestamp;
use purser::payments::count_waiting;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::shop::{BUNDLE, Key, Shop, text};
use crate::support::{TestState, on_both, run};

/// An App Store that knows every transaction as one of `gem_100`; ends with the test's runtime.
async fn open_store(state: &TestState) -> SocketAddr {
    let authority = Arc::clone(state.simulator.as_ref().expect("the simulator is on"));
    let now = state.clock.now().0;
    let answer = move |Path(id): Path<String>| async move {
        let payload = json!({
            "transactionId": id, "originalTransactionId": id, "bundleId": BUNDLE, "productId": "gem_100", "type": "Consumable",
            "purchaseDate": now, "signedDate": now, "environment": "Sandbox", "quantity": 1,
        });
        Json(json!({ "signedTransactionInfo": authority.sign_jws(&payload).expect("signs") }))
    };
    let router = Router::new().route("/simulator/inApps/v1/transactions/{id}", get(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
    addr
}

async fn verify_unreserved(shop: &Shop, user: &str, id: &str) -> (StatusCode, Value) {
    let body = json!({ "store": "AS", "userKey": user, "proof": { "transactionId": id } });
    shop.call(Key::Secret, "POST", "/api/v1/payments/verify", body).await
}

async fn verify_reserved(shop: &Shop, payment: &str, proof: &Value) -> (StatusCode, Value) {
    shop.call(Key::Secret, "POST", &format!("/api/v1/payments/{payment}/verify"), json!({ "proof": proof })).await
}

on_both! {
    async fn it_is_verified_without_being_asked_again(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let proof = json!({ "transactionId": "2000000000000001" });
        for _ in 0..2 {
            let (status, problem) = verify_reserved(&shop, &payment, &proof).await;
            assert_eq!((status, &problem["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("STORE_UNAVAILABLE")));
        }
        let (status, _) = verify_unreserved(&shop, "player-2", "2000000000000002").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(count_waiting(&state, &shop.project).await.expect("counts"), 2, "the same proof waits once");
        assert_eq!(run(&state, VerifyLater).await.items, 0, "not yet due");

        state.clock.advance(30 * Timestamp::SECOND);
        assert_eq!(run(&state, VerifyLater).await.items, 0, "the store is still away");
        assert_eq!(shop.payment(&payment).await["status"], "RESERVED");

        let restarted = state.another_process().await;
        restarted.stores.set_own_address(open_store(&state).await);
        state.clock.advance(Timestamp::HOUR);
        assert_eq!(run(&restarted, VerifyLater).await.items, 2);
        let paid = shop.payment(&payment).await;
        assert_eq!((&paid["status"], &paid["storeOrderId"]), (&json!("SUCCESS"), &json!("2000000000000001")));
        assert_eq!(paid["events"].as_array().expect("events").last().expect("one")["actor"], "SYSTEM");
        let (_, consumables) = shop.call(Key::Secret, "GET", "/api/v1/users/player-2/consumables", Value::Null).await;
        assert_eq!(consumables["items"][0]["storeOrderId"], "2000000000000002");
        assert_eq!(count_waiting(&state, &shop.project).await.expect("counts"), 0);
    }

    async fn many_workers_answer_each_once(state: TestState) {
        let shop = Shop::open(&state).await;
        for number in 0..12 {
            verify_unreserved(&shop, "player-1", &format!("20000000000000{number:02}")).await;
        }
        state.stores.set_own_address(open_store(&state).await);
        state.clock.advance(Timestamp::MINUTE);
        let other = state.another_process().await;
        other.stores.set_own_address(open_store(&state).await);
        let (one, two, three) = tokio::join!(run(&state, VerifyLater), run(&other, VerifyLater), run(&other, VerifyLater));
        assert_eq!(one.items + two.items + three.items, 12);
        let (_, consumables) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/consumables", Value::Null).await;
        assert_eq!(consumables["items"].as_array().expect("a list").len(), 12);
    }

    async fn what_is_refused_for_good_waits_no_longer(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, _) = shop.reserve("AS", "player-1", "gem_500").await;
        verify_reserved(&shop, &payment, &json!({ "transactionId": "2000000000000001" })).await;
        state.stores.set_own_address(open_store(&state).await);
        state.clock.advance(Timestamp::MINUTE);
        assert_eq!(run(&state, VerifyLater).await.items, 1);
        let refused = shop.payment(&payment).await;
        assert_eq!(refused["status"], "FAILURE", "a game server brought it");
        let note = refused["events"].as_array().expect("events").last().expect("one").clone();
        assert!(text(&note, "reason").starts_with("PRODUCT_MISMATCH"), "{note}");
        assert_eq!(count_waiting(&state, &shop.project).await.expect("counts"), 0);
    }

    async fn nobody_is_waited_for_without_end(state: TestState) {
        let shop = Shop::open(&state).await;
        verify_unreserved(&shop, "player-1", "2000000000000001").await;
        state.clock.advance(3 * Timestamp::DAY + Timestamp::MINUTE);
        assert_eq!(run(&state, VerifyLater).await.items, 0);
        assert_eq!(count_waiting(&state, &shop.project).await.expect("counts"), 0);
    }

    async fn a_refused_proof_is_not_kept(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, _) = shop.reserve("AS", "player-1", "gem_100").await;
        verify_reserved(&shop, &payment, &json!({ "signedTransaction": "forged" })).await;
        verify_reserved(&shop, &payment, &json!({ "transactionId": "none" })).await;
        assert_eq!(count_waiting(&state, &shop.project).await.expect("counts"), 0);
    }
}
