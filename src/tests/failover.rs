//! The database goes away: for good, for a moment, or only by its connections.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use purser::router::router;
use serde_json::json;
use sqlx::Connection;
use tower::ServiceExt;

use crate::shop::{Key, Shop};
use crate::support::{Kind, TestState, on_both, postgres_url};

const IDLE: usize = 20;
const CALLS: usize = 60;

/// Ends all of this test's connections on the server's side; gives how many.
async fn cut_all(state: &TestState) -> usize {
    let mut conn = sqlx::PgConnection::connect(&postgres_url()).await.expect("connects");
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
    let ended: Vec<bool> = sqlx::query_scalar(sql).bind(state.application_name()).fetch_all(&mut conn).await.expect("cuts");
    ended.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_the_server_cut_fail_no_call() {
    let state = TestState::new(Kind::Postgres).await;
    let shop = Shop::open(&state).await;
    for round in 0..3 {
        let mut lent = Vec::new();
        for _ in 0..IDLE {
            lent.push(state.db.read().await.expect("lends"));
        }
        drop(lent);
        assert!(cut_all(&state).await >= IDLE);
        for index in 0..CALLS {
            let input = json!({ "store": "TEST", "productId": "gem_100", "userKey": format!("player-{round}-{index}") });
            // A write begins with a statement of its own, which is tried again.
            let written =
                state.db.write(async |tx| purser::db::instance::set(tx, "name", "value", state.clock.now()).await).await;
            written.expect("writes");
            let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments", input).await;
            assert_eq!(status, StatusCode::CREATED, "{body}");
            let (status, _) = shop.call(Key::None, "GET", "/readyz", serde_json::Value::Null).await;
            assert_eq!(status, StatusCode::OK);
        }
    }
}

on_both! {
    async fn a_database_that_is_away_is_said_to_be_so(state: TestState) {
        let shop = Shop::open(&state).await;
        state.db.close().await;
        let app = router(state.state.clone());
        let request = Request::get("/api/v1/payments").header("authorization", "Bearer sk_unknown").body(Body::empty()).expect("a request");
        let answer = app.oneshot(request).await.expect("answers");
        assert_eq!((answer.status(), answer.headers()["retry-after"].as_bytes()), (StatusCode::SERVICE_UNAVAILABLE, b"5".as_slice()));
        let (status, body) = shop.call(Key::Secret, "GET", "/api/v1/payments/1", serde_json::Value::Null).await;
        assert_eq!((status.as_u16(), body["code"].as_str()), (503, Some("DATABASE_UNAVAILABLE")));
    }
}
