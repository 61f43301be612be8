//! `/readyz` says why a process should get no requests.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use purser::config::Config;
use purser::db::{Tx, instance};
use purser::error::Result;
use purser::model::Timestamp;
use purser::router::router;
use purser::state::{AppState, Parts};
use purser::vitals;
use sqlx::Executor;
use tower::ServiceExt;

use crate::support::{Kind, TestState, on_both};

async fn ready(state: &AppState) -> (u16, String) {
    let request = Request::get("/readyz").body(Body::empty()).expect("a request");
    let response = router(state.clone()).oneshot(request).await.expect("answers");
    let status = response.status().as_u16();
    let body = axum::body::to_bytes(response.into_body(), 1_000).await.expect("a body");
    (status, String::from_utf8_lossy(&body).into_owned())
}

async fn run(state: &AppState, sql: &'static str) -> Result<()> {
    let write = state.db.write(async |tx| {
        match tx {
            Tx::SqliteWrite(conn) => conn.execute(sqlx::raw_sql(sql)).await?,
            Tx::PostgresWrite(conn) => return Ok(conn.execute(sqlx::raw_sql(sql)).await.map(drop)?),
            _ => panic!("no write"),
        };
        Ok(())
    });
    write.await
}

async fn put(state: &AppState) -> Result<()> {
    let long = "x".repeat(1 << 20);
    state.db.write(async |tx| instance::set(tx, "name", &long, state.clock.now()).await).await
}

fn good() -> (u16, String) {
    (200, "ready".into())
}

fn bad(reason: &str) -> (u16, String) {
    (503, reason.into())
}

on_both! {
    async fn writes_that_fail_are_told_until_one_succeeds(state: TestState) {
        assert_eq!(ready(&state).await, good());
        if state.application_name().is_some() {
            let full = "DO $$ BEGIN RAISE EXCEPTION 'as on a full disk' USING ERRCODE = '53100'; END $$";
            assert!(run(&state, full).await.is_err());
        } else {
            run(&state, "PRAGMA max_page_count = 1").await.expect("sets");
            assert!(put(&state).await.is_err(), "no page can be added");
        }
        assert_eq!(ready(&state).await, bad("writes fail"));
        assert_eq!(ready(&state).await, bad("writes fail"));
        if state.application_name().is_none() {
            run(&state, "PRAGMA max_page_count = 1000000").await.expect("sets");
        }
        put(&state).await.expect("writes");
        assert_eq!(ready(&state).await, good());
    }

    async fn when_nobody_writes_a_write_is_tried(state: TestState) {
        run(&state, "ALTER TABLE instance_values RENAME TO away").await.expect("renames");
        assert_eq!(ready(&state).await, good(), "the last write was good");
        state.clock.advance(6 * Timestamp::SECOND);
        assert_eq!(ready(&state).await, bad("writes fail"));
        run(&state, "ALTER TABLE away RENAME TO instance_values").await.expect("renames");
        assert_eq!(ready(&state).await, good());
        state.clock.advance(6 * Timestamp::SECOND);
        assert_eq!(ready(&state).await, good());
    }

    async fn a_refused_write_says_nothing_of_the_database(state: TestState) {
        let refused: Result<()> = state.db.write(async |_| Err(purser::error::Error::NotFound("luck"))).await;
        assert!(refused.is_err() && run(&state, "SELECT no_such_column").await.is_err());
        assert_eq!(ready(&state).await, good());
    }

    async fn a_loop_that_ended_is_told_and_ends_the_process(state: TestState) {
        state.vitals.note_stopped("tested");
        assert_eq!(ready(&state).await, bad("a background loop has stopped"));
        assert!(vitals::died(&state).await.contains("tested"));
    }

    async fn a_database_that_does_not_answer_is_told(state: TestState) {
        state.db.close().await;
        assert_eq!(ready(&state).await, bad("the database does not answer"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_nearly_full_is_told() {
    let state = TestState::new(Kind::Sqlite).await;
    assert_eq!(ready(&state).await, good());
    let mut parts = Parts::clone(&state.state);
    parts.config = Arc::new(Config { disk_free_min_mb: u64::MAX, ..(*parts.config).clone() });
    assert_eq!(ready(&AppState::from(parts)).await, bad("the disk is nearly full"));
}
