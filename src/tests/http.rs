//! The API by an outsider's eye: what is no call of ours, what is too large, and repeated calls.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{APP_KEY, Key, Shop, text};
use crate::support::{TestState, on_both};

const PAYMENTS: &str = "/api/v1/payments";

fn purchase() -> Value {
    json!({ "store": "TEST", "productId": "gem_100", "userKey": "player-1" })
}

on_both! {
    async fn whatever_is_no_call_has_a_code(state: TestState) {
        let shop = Shop::open(&state).await;
        let huge = json!({ "payload": "x".repeat(600 * 1024) });
        for (method, path, body, headers, status, code) in [
            ("GET", "/api/v1/nothing", Value::Null, vec![], 404, "NOT_FOUND"),
            ("GET", "/api/v1/nothing", Value::Null, vec![("accept", "text/html")], 404, "NOT_FOUND"),
            ("DELETE", PAYMENTS, Value::Null, vec![], 405, "METHOD_NOT_ALLOWED"),
            ("POST", PAYMENTS, huge.clone(), vec![], 413, "BODY_TOO_LARGE"),
            ("POST", PAYMENTS, huge, vec![("idempotency-key", "k")], 413, "BODY_TOO_LARGE"),
            ("GET", "/api/v1/payments/%FF", Value::Null, vec![], 400, "BAD_REQUEST"),
            ("GET", "/api/v1/payments/1%00", Value::Null, vec![], 404, "NOT_FOUND"),
            ("GET", "/api/v1/users/a%00/consumables", Value::Null, vec![], 422, "INVALID_PARAMETER"),
            ("GET", "/api/v1/payments?userKey=a%00", Value::Null, vec![], 422, "INVALID_PARAMETER"),
            ("POST", PAYMENTS, json!({ "store": "TEST", "productId": "\0", "userKey": "u" }), vec![], 422, "INVALID_PARAMETER"),
        ] {
            let (found, answer) = shop.call_with(Key::Secret, method, path, body, &headers).await;
            let said = (found.as_u16(), answer["code"].as_str(), answer["status"].as_u64());
            assert_eq!(said, (status, Some(code), Some(status.into())), "{method} {path}: {answer}");
        }
    }

    async fn a_body_that_is_no_json_is_refused(state: TestState) {
        let shop = Shop::open(&state).await;
        for (content_type, status) in [
            ("application/json", 201), ("application/json; charset=utf-8", 201), ("Application/JSON", 201), ("application/vnd.x+json", 201),
            ("text/plain", 415), ("application/x-www-form-urlencoded", 415), ("", 415),
        ] {
            let (found, body) = shop.send(PAYMENTS, purchase().to_string(), &[("x-appkey", APP_KEY), ("content-type", content_type)]).await;
            assert_eq!(found.as_u16(), status, "{content_type}: {body}");
        }
        let (found, body) = shop.send(PAYMENTS, purchase().to_string(), &[("x-appkey", APP_KEY)]).await;
        assert_eq!(found, StatusCode::CREATED, "one that says nothing is taken for JSON: {body}");
        for broken in ["{", "[]", "nil", "{} {}", "\u{FEFF}{}"] {
            let (found, body) = shop.send(PAYMENTS, broken.into(), &[("x-appkey", APP_KEY), ("content-type", "application/json")]).await;
            assert_eq!((found.as_u16(), body["code"].as_str()), (422, Some("INVALID_PARAMETER")), "{broken}");
        }
    }

    async fn a_repeated_call_is_made_once_and_answered_alike(state: TestState) {
        let shop = Shop::open(&state).await;
        let headers = [("idempotency-key", "reserve-1")];
        let (status, first) = shop.call_with(Key::App, "POST", PAYMENTS, purchase(), &headers).await;
        let (again, second) = shop.call_with(Key::App, "POST", PAYMENTS, purchase(), &headers).await;
        assert_eq!((status, &first), (again, &second));
        let mut other = purchase();
        other["payload"] = json!("another");
        let (status, body) = shop.call_with(Key::App, "POST", PAYMENTS, other, &headers).await;
        assert_eq!((status.as_u16(), body["code"].as_str()), (422, Some("IDEMPOTENCY_KEY_REUSED")));
        let (_, list) = shop.call(Key::Secret, "GET", PAYMENTS, Value::Null).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
        for key in ["", "x".repeat(256).as_str()] {
            let (status, body) = shop.call_with(Key::App, "POST", PAYMENTS, purchase(), &[("idempotency-key", key)]).await;
            assert_eq!((status.as_u16(), body["param"].as_str()), (422, Some("Idempotency-Key")));
        }
        let (status, _) = shop.call_with(Key::App, "POST", PAYMENTS, purchase(), &[("idempotency-key", &"x".repeat(255))]).await;
        assert_eq!(status, StatusCode::CREATED);
    }

    async fn the_keys_of_two_callers_never_mix(state: TestState) {
        let shop = Shop::open(&state).await;
        let headers = [("idempotency-key", "same")];
        let (_, first) = shop.call_with(Key::App, "POST", PAYMENTS, purchase(), &headers).await;
        let (status, second) = shop.call_with(Key::Secret, "POST", PAYMENTS, purchase(), &headers).await;
        assert_eq!(status, StatusCode::CREATED);
        assert_ne!(first["paymentSeq"], second["paymentSeq"]);
        // An app that repeats the game server's consume, key and all, is still an app.
        let payment = text(&second, "paymentSeq");
        let (_, verified) = shop.verify(&payment, &json!({ "token": "test:gem_100:o-1" })).await;
        let (path, input) = (format!("{PAYMENTS}/{payment}/consume"), json!({ "accessToken": text(&verified, "accessToken") }));
        let headers = [("idempotency-key", "consume-1")];
        assert_eq!(shop.call_with(Key::Secret, "POST", &path, input.clone(), &headers).await.0, StatusCode::OK);
        assert_eq!(shop.call_with(Key::App, "POST", &path, input.clone(), &headers).await.0, StatusCode::FORBIDDEN);
        assert_eq!(shop.call_with(Key::Secret, "POST", &path, input, &headers).await.0, StatusCode::OK);
        let by = purser::audit::By::System("test");
        let other = purser::projects::create_project(&state, &by, "Other", Some("other-app-key")).await.expect("a project");
        let (status, body) = shop.send(PAYMENTS, purchase().to_string(), &[("x-appkey", "other-app-key"), ("idempotency-key", "same")]).await;
        assert_eq!((status.as_u16(), body["param"].as_str()), (422, Some("store")), "{} has no app: {body}", other.name);
    }

    async fn every_answer_has_its_id_and_headers(state: TestState) {
        let shop = Shop::open(&state).await;
        for (method, path) in [("GET", "/healthz"), ("GET", "/api/v1/products"), ("PUT", "/api/v1/products"), ("GET", "/no/such/page")] {
            let headers = shop.headers(method, path, &[("x-request-id", "mine-1")]).await;
            let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
            assert_eq!((text("x-request-id"), text("x-content-type-options")), ("mine-1".into(), "nosniff".into()), "{path}");
            assert!(text("content-security-policy").contains("default-src 'none'"), "{path}");
        }
        let forged = shop.headers("GET", "/healthz", &[("x-request-id", "a b<script>")]).await;
        assert_eq!(forged["x-request-id"].len(), 36, "an id that could forge a line of the log is replaced");
    }
}
