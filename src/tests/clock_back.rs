//! The machine's clock is set back: what was due or leased by the old time is not held up by it.

use axum::http::StatusCode;
use purser::db::jobs::{self, NewJob};
use purser::db::queue::Lease;
use purser::db::{self, waiting_proofs};
use purser::jobs::ApplyNotifications;
use purser::model::{AppSeq, NotificationQuery, NotificationStatus, Timestamp};
use purser::notifications;
use serde_json::json;

use crate::apple_life::{self, gem, post, told};
use crate::shop::Shop;
use crate::support::{TestState, on_both, run};

/// By so much clocks are set back here.
const BACK: [i64; 2] = [Timestamp::HOUR, Timestamp::DAY];
const LEASE_MILLIS: i64 = Timestamp::MINUTE;

fn lease(state: &TestState, name: &str) -> Lease {
    let now = state.clock.now();
    Lease::new(name, now, now.plus_millis(LEASE_MILLIS))
}

async fn claim_job(state: &TestState) -> bool {
    let lease = lease(state, "lease");
    !state.db.write(async |tx| jobs::claim(tx, "tested", &lease, 1).await).await.expect("claims").is_empty()
}

/// Claims the one proof that waits, by its place in the list of those that are due.
async fn claim_proof(state: &TestState, id: &str) -> bool {
    let lease = lease(state, "lease");
    let mut tx = state.db.read().await.expect("a connection");
    let listed = waiting_proofs::list_due(&mut tx, &lease, 10, 10).await.expect("lists").iter().any(|(due, _)| due == id);
    drop(tx);
    let claimed = state.db.write(async |tx| waiting_proofs::claim(tx, id, &lease).await).await.expect("claims");
    assert_eq!(listed, claimed.is_some(), "what is listed can be claimed, and nothing else");
    listed
}

on_both! {
    async fn notifications_are_applied(state: TestState) {
        let shop = apple_life::open(&state).await;
        // Never before the certificates.
        state.clock.advance(2 * Timestamp::DAY);
        for (index, back) in BACK.into_iter().enumerate() {
            for id in [format!("{index}1"), format!("{index}2")] {
                assert_eq!(post(&shop, told("ONE_TIME_CHARGE", None, gem(&id, json!({}))).sign(&state)).await, StatusCode::OK);
            }
            // One of them is in the hands of a worker that died.
            let dead = lease(&state, "dead");
            let claim = state.db.write(async |tx| {
                let app = db::notifications::list_due_apps(tx, &dead, 1).await?[0];
                db::notifications::claim(tx, app, &dead, 1).await
            });
            assert_eq!(claim.await.expect("claims").len(), 1);
            state.clock.advance(-back);
            run(&state, ApplyNotifications).await;
            let page = notifications::list(&state, &shop.project, &NotificationQuery::default()).await.expect("lists");
            assert!(page.items.iter().all(|notification| notification.status == NotificationStatus::Applied), "{:?}", page.items);
        }
    }

    async fn a_notification_that_fails_keeps_its_pauses(state: TestState) {
        let shop = apple_life::open(&state).await;
        let unknown = told("ONE_TIME_CHARGE", None, gem("1", json!({ "productId": "unknown" })));
        assert_eq!(post(&shop, unknown.sign(&state)).await, StatusCode::OK);
        state.clock.advance(-Timestamp::DAY);
        run(&state, ApplyNotifications).await;
        let page = notifications::list(&state, &shop.project, &NotificationQuery::default()).await.expect("lists");
        assert_eq!((page.items[0].status, page.items[0].attempts), (NotificationStatus::Waiting, 1));
    }

    async fn jobs_are_done(state: TestState) {
        let shop = Shop::open(&state).await;
        for (index, back) in BACK.into_iter().enumerate() {
            let (subject, now) = (index.to_string(), state.clock.now());
            let new = NewJob { kind: "tested", subject: &subject, project: &shop.project, data: "{}", due_at: now, deadline: None };
            state.db.write(async |tx| jobs::ensure(tx, &new, now).await).await.expect("plans");
            assert!(claim_job(&state).await);
            assert!(!claim_job(&state).await, "it is in a worker's hands");
            // Another process whose clock is a little behind takes nothing from it.
            state.clock.advance(-20 * Timestamp::SECOND);
            assert!(!claim_job(&state).await);
            state.clock.advance(-back);
            assert!(claim_job(&state).await, "the worker that had it died");
            assert!(!claim_job(&state).await);
            state.clock.advance(-back);
            let last = Lease::new("last", state.clock.now(), state.clock.now());
            let claimed = state.db.write(async |tx| jobs::claim(tx, "tested", &last, 1).await).await.expect("claims");
            state.db.write(async |tx| jobs::delete(tx, &claimed[0], "last").await).await.expect("deletes");
        }
    }

    async fn waiting_proofs_are_verified(state: TestState) {
        let shop = Shop::open(&state).await;
        for (index, back) in BACK.into_iter().enumerate() {
            let (id, now) = (index.to_string(), state.clock.now());
            let new = waiting_proofs::NewWaiting {
                id: &id, project: &shop.project, app_seq: AppSeq(1_000_000), payment_seq: None, user_channel: "GUEST",
                user_key: "player", is_server: false, groups: waiting_proofs::Groups { user: "u", caller: "c", project: "p" },
                proof: "{}", due_at: now.plus_millis(30_000),
            };
            let bounds = waiting_proofs::Bounds { user: 10, caller: 10, project: 10 };
            assert!(state.db.write(async |tx| waiting_proofs::keep(tx, &new, bounds, now).await).await.expect("keeps"));
            assert!(!claim_proof(&state, &id).await, "not yet");
            state.clock.advance(-back);
            assert!(claim_proof(&state, &id).await);
            assert!(!claim_proof(&state, &id).await, "it is in a worker's hands");
            state.clock.advance(-back);
            assert!(claim_proof(&state, &id).await, "the worker that had it died");
            state.db.write(async |tx| waiting_proofs::delete(tx, &id, "lease").await).await.expect("deletes");
        }
    }

    async fn an_idempotency_key_of_a_call_that_died_is_free(state: TestState) {
        use purser::idempotency::{Claim, claim};
        let shop = Shop::open(&state).await;
        assert_eq!(claim(&state, &shop.project, "app:k", "hash").await.expect("claims"), Claim::Ours);
        state.clock.advance(-Timestamp::DAY);
        assert_eq!(claim(&state, &shop.project, "app:k", "hash").await.expect("claims"), Claim::Ours);
    }
}
