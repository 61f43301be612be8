//! How often strangers may call: refused before anything is read or written, each surface in its own form.

use std::num::NonZeroU32;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use purser::config::{CallRates, Config};
use purser::router::router;
use purser::state::AppState;
use serde_json::json;

use crate::people::{Answer, send};
use crate::shop::{APP_KEY, SECRET_KEY, Shop};
use crate::support::{TestState, on_both};

const HERE: &str = "203.0.113.7:5000";
const THERE: &str = "203.0.113.8:5000";

/// The same server with other limits.
async fn limited(state: &TestState, rates: CallRates) -> AppState {
    let config = Config { call_rates: rates, ..(*state.config).clone() };
    AppState::open(config, state.clock.clone()).await.expect("opens")
}

fn rate(a_minute: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(a_minute)
}

async fn post(app: &Router, from: &str, path: &str, header: (&str, &str), body: &str) -> Answer {
    let request = Request::post(path).header("content-type", "application/json").header(header.0, header.1);
    send(app, from, request.body(Body::from(body.to_owned())).expect("a request")).await
}

fn reserve() -> String {
    json!({ "store": "TEST", "productId": "gem_100", "userKey": "u" }).to_string()
}

fn retry_after(answer: &Answer) -> i64 {
    answer.headers["retry-after"].to_str().expect("text").parse().expect("seconds")
}

on_both! {
    async fn one_address_too_often_is_told_when_to_come_back(state: TestState) {
        let shop = Shop::open(&state).await;
        let state = limited(&state, CallRates { address_purchases: rate(3), ..CallRates::default() }).await;
        let app = router(state.clone());
        let key = ("x-appkey", APP_KEY);
        for _ in 0..3 {
            assert_eq!(post(&app, HERE, "/api/v1/payments", key, &reserve()).await.status, 201);
        }
        // Refused by its head: what it carries is not even read.
        for body in [reserve(), "{".to_owned(), "x".repeat(600 * 1024)] {
            let answer = post(&app, HERE, "/api/v1/payments", key, &body).await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (429, "TOO_MANY_REQUESTS"), "{}", answer.body);
            assert!((1..=20).contains(&retry_after(&answer)), "{:?}", answer.headers);
        }
        assert_eq!(post(&app, THERE, "/api/v1/payments", key, &reserve()).await.status, 201, "another address");
        let secret = format!("Bearer {SECRET_KEY}");
        for _ in 0..10 {
            let by_server = post(&app, HERE, "/api/v1/payments", ("authorization", &secret), &reserve()).await;
            assert_eq!(by_server.status, 201, "a game server is not limited so");
        }
        for _ in 0..10 {
            let behind_proxy = post(&app, "127.0.0.1:1", "/api/v1/payments", key, &reserve()).await;
            assert_eq!(behind_proxy.status, 201, "behind this machine's own address is everybody");
        }
        let page = purser::payments::list(&state, &shop.project, &purser::model::PaymentQuery::default()).await.expect("a page");
        assert_eq!(page.items.len(), 24, "what was refused left nothing");
    }

    async fn one_key_too_often_is_told_wherever_it_comes_from(state: TestState) {
        Shop::open(&state).await;
        let state = limited(&state, CallRates { app_key_purchases: rate(4), ..CallRates::default() }).await;
        let app = router(state);
        let key = ("x-appkey", APP_KEY);
        for number in 0..4 {
            let from = format!("198.51.100.{number}:5000");
            assert_eq!(post(&app, &from, "/api/v1/payments", key, &reserve()).await.status, 201);
        }
        assert_eq!(post(&app, THERE, "/api/v1/payments", key, &reserve()).await.status, 429);
        let close = post(&app, THERE, "/api/v1/payments/2026112310000000/close", key, "{}").await;
        assert_ne!(close.status, 429, "each kind is counted by itself");
        let other = post(&app, THERE, "/api/v1/payments", ("x-appkey", "another-key"), &reserve()).await;
        assert_eq!(other.status, 401, "another key");
    }

    async fn many_purchases_in_one_body_are_as_many_calls(state: TestState) {
        Shop::open(&state).await;
        let state = limited(&state, CallRates { address_purchases: rate(10), ..CallRates::default() }).await;
        let app = router(state);
        let rows = |count: usize, from: usize| {
            let row = |number| json!({ "store": "TEST", "userKey": "u", "proof": { "token": format!("test:gem_100:{number}") } });
            json!({ "items": (from..from + count).map(row).collect::<Vec<_>>() }).to_string()
        };
        let key = ("x-appkey", APP_KEY);
        assert_eq!(post(&app, HERE, "/api/v1/payments/verify", key, &rows(6, 0)).await.status, 200);
        assert_eq!(post(&app, HERE, "/api/v1/payments/verify", key, &rows(6, 6)).await.status, 429);
        let secret = format!("Bearer {SECRET_KEY}");
        assert_eq!(post(&app, HERE, "/api/v1/payments/verify", ("authorization", &secret), &rows(50, 20)).await.status, 200);
    }

    async fn other_surfaces_say_it_their_way(state: TestState) {
        Shop::open(&state).await;
        let rates = CallRates { nhn: rate(1), callbacks: rate(1), address_looks: rate(1), ..CallRates::default() };
        let app = router(limited(&state, rates).await);
        let key = ("x-nhn-tciap-appkey", APP_KEY);
        post(&app, HERE, "/v1/service/consumable", key, "{}").await;
        let answer = post(&app, HERE, "/v1/service/consumable", key, "{}").await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("9999") && answer.body.contains("too many calls"), "{}", answer.body);
        assert!(retry_after(&answer) >= 1);
        let path = "/callback/subscription/com.example.game/AS/v2";
        assert_eq!(post(&app, HERE, path, ("accept", "*/*"), "{}").await.status, 400);
        assert_eq!(post(&app, HERE, path, ("accept", "*/*"), "{}").await.status, 429);
        assert_eq!(post(&app, THERE, path, ("accept", "*/*"), "{}").await.status, 400);
        let metrics = send(&app, "127.0.0.1:1", Request::get("/metrics").body(Body::empty()).expect("a request")).await;
        assert!(metrics.body.contains("purser_rate_limited_total"), "{:.500}", metrics.body);
    }

    async fn a_method_nobody_defined_is_no_label(state: TestState) {
        let app = router(state.state.clone());
        for method in ["BREW", "FLOODONE", "FLOODTWO"] {
            let request = Request::builder().method(method).uri("/healthz").body(Body::empty()).expect("a request");
            assert_eq!(send(&app, HERE, request).await.status, 405);
        }
        let metrics = send(&app, "127.0.0.1:1", Request::get("/metrics").body(Body::empty()).expect("a request")).await;
        assert!(metrics.body.contains("method=\"OTHER\"") && !metrics.body.contains("FLOOD"), "{:.500}", metrics.body);
    }

    async fn what_is_sent_back_and_kept_is_cut(state: TestState) {
        let shop = Shop::open(&state).await;
        let name = "y".repeat(100_000);
        let body = json!({ "store": "TEST", "productId": "gem_100", "userKey": "u", name: 1 });
        let (status, answer) = shop.call(crate::shop::Key::App, "POST", "/api/v1/payments", body).await;
        assert_eq!(status.as_u16(), 422);
        assert!(answer.to_string().len() < 3_000, "{} bytes", answer.to_string().len());
    }
}
