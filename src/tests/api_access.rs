//! Who may call what: every API route without a key, and with the lesser one.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{Key, Shop};
use crate::support::{TestState, on_both};

/// Every route, and whether an app may call it; the description below is held against it.
const ROUTES: &[(&str, &str, bool)] = &[
    ("get", "/api/v1/products", true),
    ("post", "/api/v1/users", true),
    ("get", "/api/v1/users/{userKey}/consumables", true),
    ("get", "/api/v1/users/{userKey}/subscriptions", true),
    ("post", "/api/v1/payments", true),
    ("get", "/api/v1/payments", false),
    ("post", "/api/v1/payments/verify", true),
    ("get", "/api/v1/payments/{paymentSeq}", false),
    ("post", "/api/v1/payments/{paymentSeq}/verify", true),
    ("post", "/api/v1/payments/{paymentSeq}/close", true),
    ("post", "/api/v1/payments/{paymentSeq}/consume", false),
];

fn documented() -> Vec<(String, String)> {
    let document = serde_json::to_value(purser::api::description()).expect("serialises");
    let paths = document["paths"].as_object().expect("paths").clone();
    let mut routes: Vec<_> = paths
        .into_iter()
        .flat_map(|(path, item)| {
            item.as_object().expect("an item").keys().map(move |method| (method.clone(), path.clone())).collect::<Vec<_>>()
        })
        .collect();
    routes.sort();
    routes
}

on_both! {
    async fn no_route_answers_without_a_key(state: TestState) {
        let shop = Shop::open(&state).await;
        let mut listed: Vec<_> = ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
        listed.sort();
        assert_eq!(listed, documented(), "each route stands in this table");
        for (method, path, client_may) in ROUTES {
            let path = path.replace("{userKey}", "u").replace("{paymentSeq}", "2026112310000000");
            let method = method.to_uppercase();
            let (status, body) = shop.call(Key::None, &method, &path, json!({ "accessToken": "x" })).await;
            assert_eq!((status, body["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("UNAUTHENTICATED")), "{method} {path}");
            for (name, value) in [("x-appkey", "no-such-key"), ("authorization", "Bearer sk_wrongwrongwrongwrong"), ("authorization", "Basic x")] {
                let (status, _) = shop.call_with(Key::None, &method, &path, Value::Null, &[(name, value)]).await;
                assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path} {value}");
            }
            let (status, _) = shop.call(Key::App, &method, &path, json!({ "accessToken": "x" })).await;
            assert_eq!(status == StatusCode::FORBIDDEN, !client_may, "{method} {path}: {status}");
        }
    }

    async fn another_projects_payments_are_not_there(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let by = purser::audit::By::System("test");
        let other = purser::projects::create_project(&state, &by, "Other", Some("other-app-key")).await.expect("a project");
        let secret = "sk_other456789abcdef0123456789";
        purser::projects::create_secret_key(&state, &by, &other.id, "server", Some(secret)).await.expect("a key");
        let bearer = format!("Bearer {secret}");
        let headers = [("authorization", bearer.as_str())];
        let path = format!("/api/v1/payments/{payment}");
        let (status, _) = shop.call_with(Key::None, "GET", &path, Value::Null, &headers).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let body = json!({ "proof": { "token": "test:gem_100:o" } });
        let (status, _) = shop.call_with(Key::None, "POST", &format!("{path}/verify"), body, &headers).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let (_, list) = shop.call_with(Key::None, "GET", "/api/v1/payments?userKey=player-1", Value::Null, &headers).await;
        assert_eq!(list["items"], json!([]));
    }

    async fn a_rotated_key_works_until_its_overlap_ends(state: TestState) {
        let shop = Shop::open(&state).await;
        let by = purser::audit::By::System("test");
        purser::projects::rotate_app_key(&state, &by, &shop.project, None, 1).await.expect("a new key");
        assert_eq!(shop.call(Key::App, "GET", "/api/v1/products", Value::Null).await.0, StatusCode::OK);
        state.clock.advance(3_600_000);
        assert_eq!(shop.call(Key::App, "GET", "/api/v1/products", Value::Null).await.0, StatusCode::UNAUTHORIZED);
    }

    async fn a_revoked_secret_key_opens_nothing(state: TestState) {
        let shop = Shop::open(&state).await;
        let by = purser::audit::By::System("test");
        assert_eq!(shop.call(Key::Secret, "GET", "/api/v1/payments", Value::Null).await.0, StatusCode::OK);
        let keys = purser::projects::list_secret_keys(&state, &shop.project).await.expect("lists");
        assert!(keys[0].last_used_at.is_some());
        purser::projects::revoke_secret_key(&state, &by, &shop.project, &keys[0].id).await.expect("revokes");
        assert_eq!(shop.call(Key::Secret, "GET", "/api/v1/payments", Value::Null).await.0, StatusCode::UNAUTHORIZED);
    }
}
