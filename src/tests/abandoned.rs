//! Calls whose clients go away: what was begun is finished or undone, and nothing is left that harms those who come after.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use purser::db::{Tx, instance};
use purser::idempotency::{Claim, Running, claim};
use purser::router::router;
use purser::state::AppState;
use serde_json::{Value, json};
use sqlx::{Connection, Executor};
use tower::ServiceExt;

use crate::served::{PATIENCE, Served, request};
use crate::shop::{APP_KEY, Key, SECRET_KEY, Shop};
use crate::support::{TestState, on_both, postgres_url};

const CALLS: usize = 400;
const AT_ONCE: usize = 20;
const STAGES: usize = 40;

/// Polls a future so many times, then gives it up.
async fn give_up_after<F: Future>(polls: usize, future: F) {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        future.as_mut().poll(cx).map(drop)
    })
    .await;
}

/// Waits until none of this test's connections is at work or inside a transaction. One that was left inside a transaction
/// stays so for good.
async fn settle(state: &TestState) {
    let Some(name) = state.application_name() else { return };
    let mut conn = sqlx::PgConnection::connect(&postgres_url()).await.expect("connects");
    let look = async {
        loop {
            let sql = "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = $1 AND state <> 'idle'";
            let count: i64 = sqlx::query_scalar(sql).bind(name).fetch_one(&mut conn).await.expect("counts");
            if count == 0 {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, look).await.expect("no connection is left inside a transaction");
}

async fn put(state: &AppState, name: &str) -> purser::error::Result<()> {
    state.db.write(async |tx| instance::set(tx, name, "value", state.clock.now()).await).await
}

async fn has(state: &AppState, name: &str) -> bool {
    instance::find(&mut state.db.read().await.expect("reads"), name).await.expect("finds").is_some()
}

/// One call of every kind, by turns.
fn call(index: usize) -> String {
    let purchase = json!({ "store": "TEST", "productId": "gem_100", "userKey": format!("player-{index}") }).to_string();
    let proof = json!({ "store": "TEST", "userKey": "u", "proof": { "token": format!("test:gem_100:o-{index}") } }).to_string();
    let (json, key) = (("Content-Type", "application/json"), format!("key-{index}"));
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let bearer = format!("Bearer {SECRET_KEY}");
    match index % 8 {
        0 => request("POST", "/fn/sign_in", &[form], "input%5Bemail%5D=a%40example.com&input%5Bpassword%5D=wrong+password"),
        1 => request("POST", "/callback/subscription/%00/AS/v2", &[json], "{\"signedPayload\":\"a.b.c\"}"),
        2 => request("POST", "/api/v1/payments/verify", &[json, ("X-AppKey", APP_KEY)], &proof),
        3 => request("POST", "/api/v1/payments", &[json, ("X-AppKey", APP_KEY)], &purchase),
        4 => request("POST", "/api/v1/payments", &[json, ("X-AppKey", APP_KEY), ("Idempotency-Key", &key)], &purchase),
        5 => request("GET", "/api/v1/payments", &[("Authorization", &bearer)], ""),
        6 => request("GET", "/login", &[("Accept", "text/html")], ""),
        _ => request("GET", "/readyz", &[], ""),
    }
}

async fn abandon(served: &Served, index: usize) {
    let text = call(index);
    // Some leave before their request is whole.
    let sent = if index.is_multiple_of(9) { &text[..text.len() / 2] } else { &text };
    let stream = served.send(sent).await;
    for _ in 0..(index * 7) % STAGES {
        tokio::task::yield_now().await;
    }
    drop(stream);
}

on_both! {
    async fn a_storm_of_abandoned_calls_leaves_nothing_behind(state: TestState) {
        let shop = Shop::open(&state).await;
        let served = Served::start(&state, state.config.connections).await;
        for first in (0..CALLS).step_by(AT_ONCE) {
            futures::future::join_all((first..first + AT_ONCE).map(|index| abandon(&served, index))).await;
        }
        settle(&state).await;
        for index in 0..40 {
            let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments", json!({ "store": "TEST", "productId": "gem_100", "userKey": "after" })).await;
            assert_eq!(status, StatusCode::CREATED, "{body}");
            assert_eq!(served.ask(&request("GET", "/readyz", &[], "")).await, 200, "{index}");
        }
        served.stop().await;
        settle(&state).await;
    }

    async fn a_write_given_up_at_any_point_is_whole_or_undone(state: TestState) {
        for polls in 0..STAGES {
            give_up_after(polls, put(&state, &format!("w-{polls}"))).await;
            give_up_after(polls, has(&state, "w-0")).await;
            // Two statements: one alone must never be seen.
            let both = state.db.write(async |tx| {
                instance::set(tx, &format!("a-{polls}"), "value", state.clock.now()).await?;
                instance::set(tx, &format!("b-{polls}"), "value", state.clock.now()).await
            });
            give_up_after(polls, both).await;
        }
        settle(&state).await;
        for polls in 0..STAGES {
            assert_eq!(has(&state, &format!("a-{polls}")).await, has(&state, &format!("b-{polls}")).await, "{polls}");
            put(&state, &format!("w-{polls}")).await.expect("writes");
        }
        settle(&state).await;
    }

    async fn a_write_is_kept_exactly_when_it_says_so(state: TestState) {
        let result = state.db.write(async |tx| {
            instance::set(tx, "kept", "value", state.clock.now()).await?;
            // PostgreSQL keeps nothing of a transaction in which a statement failed, and says so to nobody who does not ask.
            let failed = match tx {
                Tx::SqliteWrite(conn) => conn.execute("SELECT no_such_column").await.is_err(),
                Tx::PostgresWrite(conn) => conn.execute("SELECT no_such_column").await.is_err(),
                _ => false,
            };
            assert!(failed);
            Ok(())
        });
        assert_eq!(result.await.is_ok(), has(&state, "kept").await);
        settle(&state).await;
    }

    async fn a_client_that_gives_up_and_repeats_finds_the_answer(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = router(state.state.clone());
        for polls in 1..20 {
            let (key, user) = (format!("key-{polls}"), format!("player-{polls}"));
            let input = json!({ "store": "TEST", "productId": "gem_100", "userKey": user });
            let first = Request::post("/api/v1/payments").header("x-appkey", APP_KEY).header("idempotency-key", &key)
                .header("content-type", "application/json").body(Body::from(input.to_string())).expect("a request");
            give_up_after(polls, app.clone().oneshot(first)).await;
            let headers = [("idempotency-key", key.as_str())];
            let (status, body) = shop.call_with(Key::App, "POST", "/api/v1/payments", input, &headers).await;
            assert_eq!(status, StatusCode::CREATED, "{body}");
            let (_, list) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments?userKey={user}"), Value::Null).await;
            assert_eq!(list["items"].as_array().map(Vec::len), Some(1), "{list}");
        }
    }

    async fn a_call_that_ends_without_an_answer_frees_its_key(state: TestState) {
        let shop = Shop::open(&state).await;
        assert_eq!(claim(&state, &shop.project, "app:k", "hash").await.expect("claims"), Claim::Ours);
        drop(Running::of(&state, &shop.project, "app:k"));
        assert_eq!(claim(&state, &shop.project, "app:k", "hash").await.expect("claims"), Claim::Ours);
    }
}
