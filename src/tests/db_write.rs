//! Writes: durable before they are answered, alone in failing, numbers unique across processes.

use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom};
use std::time::Duration;

use purser::db::instance;
use purser::error::{Error, Result};

use crate::support::{Kind, TestState, on_both};

async fn put(state: &purser::state::AppState, name: &str) -> Result<()> {
    instance::get_or_insert(&state.db, name, "value", state.clock.now()).await.map(drop)
}

async fn has(state: &purser::state::AppState, name: &str) -> bool {
    instance::find(&mut state.db.read().await.expect("reads"), name).await.expect("finds").is_some()
}

on_both! {
    async fn many_writers_all_land(state: TestState) {
        let tasks: Vec<_> = (0..200).map(|index| {
            let state = state.state.clone();
            tokio::spawn(async move { put(&state, &format!("name-{index}")).await })
        }).collect();
        for task in tasks {
            task.await.expect("runs").expect("writes");
        }
        for index in 0..200 {
            assert!(has(&state, &format!("name-{index}")).await);
        }
    }

    async fn one_that_fails_rolls_back_alone(state: TestState) {
        let tasks: Vec<_> = (0..40).map(|index| {
            let state = state.state.clone();
            tokio::spawn(async move {
                state.db.write(async |tx| {
                    instance::set(tx, &format!("name-{index}"), "value", state.clock.now()).await?;
                    if index % 2 == 1 { Err(Error::NotFound("luck")) } else { Ok(()) }
                }).await
            })
        }).collect();
        for (index, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await.expect("runs").is_ok(), index % 2 == 0);
            assert_eq!(has(&state, &format!("name-{index}")).await, index % 2 == 0);
        }
    }

    async fn a_caller_that_goes_away_holds_nobody_up(state: TestState) {
        let stuck = {
            let state = state.state.clone();
            tokio::spawn(async move {
                state.db.write(async |tx| {
                    instance::set(tx, "gone", "value", state.clock.now()).await?;
                    std::future::pending::<()>().await;
                    Ok(())
                }).await
            })
        };
        let waiting = {
            let state = state.state.clone();
            tokio::spawn(async move { put(&state, "waiting").await })
        };
        tokio::task::yield_now().await;
        stuck.abort();
        waiting.await.expect("runs").expect("writes");
        assert!(!has(&state, "gone").await && has(&state, "waiting").await);
    }

    async fn numbers_are_unique_across_processes(state: TestState) {
        let other = state.another_process().await;
        let mut seen = HashSet::new();
        for _ in 0..1_500 {
            for numbers in [&state.numbers, &other.numbers] {
                let payment = numbers.next_payment(state.clock.now()).await.expect("a number");
                assert!(payment.as_str().starts_with("20261123") && payment.as_str().len() >= 16);
                assert!(seen.insert(payment));
            }
        }
        assert_eq!(state.numbers.next_app().await.expect("a number").0, 1_000_000);
        assert_eq!(other.numbers.next_app().await.expect("a number").0, 1_000_001);
    }
}

/// How often SQLite's log began anew: a count in its header.
fn log_began(database_url: &str) -> u32 {
    let path = format!("{}-wal", database_url.strip_prefix("sqlite:").expect("SQLite"));
    let (mut count, mut log) = ([0; 4], std::fs::File::open(path).expect("a log"));
    log.seek(SeekFrom::Start(12)).and_then(|_| log.read_exact(&mut count)).expect("its header");
    u32::from_be_bytes(count)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_log_is_copied_and_begins_anew() {
    let state = TestState::new(Kind::Sqlite).await;
    // More than 8,000 pages, in one commit.
    let long = "x".repeat(40 << 20);
    state.db.write(async |tx| instance::set(tx, "long", &long, state.clock.now()).await).await.expect("writes");
    let before = log_began(&state.config.database_url);
    let mut number = 0;
    let write_until_anew = async {
        while log_began(&state.config.database_url) == before {
            number += 1;
            put(&state, &format!("name-{number}")).await.expect("writes");
        }
    };
    tokio::time::timeout(Duration::from_secs(30), write_until_anew).await.expect("the log is done with");
    assert!(has(&state, "name-1").await && has(&state, &format!("name-{number}")).await);
    let kept = instance::find(&mut state.db.read().await.expect("reads"), "long").await.expect("finds");
    assert_eq!(kept.map(|text| text.len()), Some(long.len()));
}
