//! What a key opens, and until when; who may call which route at all is in `access.rs`.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::access_table::{Line, TABLE, Who};
use crate::shop::{Key, Shop};
use crate::support::{TestState, on_both};

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

#[test]
fn each_call_with_a_key_is_documented() {
    let is_described = |line: &&Line| line.1.starts_with("/api/v1/") || line.2 == Who::Compatible;
    // What answers addresses of no version is no call of its own.
    let with_key = TABLE.iter().filter(is_described).filter(|line| !line.1.contains("{*"));
    let mut listed: Vec<_> = with_key.map(|(method, path, ..)| (method.to_lowercase(), (*path).to_owned())).collect();
    listed.sort();
    assert_eq!(listed, documented());
}

on_both! {
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
