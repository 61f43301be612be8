//! Reservations nobody paid are closed and, much later, removed; notifications that were applied long ago too. What was ever paid,
//! pending or refunded stays, with its history.

use axum::http::StatusCode;
use purser::jobs::{CloseUnpaidReservations, RemoveAppliedNotifications, RemoveUnpaidReservations};
use purser::model::Timestamp;
use purser::payments::{close_unpaid, delete_unpaid};
use serde_json::{Value, json};

use crate::apple_life::{self, gem, payment_of, tell, told};
use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both, run};

const HOUR: i64 = Timestamp::HOUR;
const DAY: i64 = Timestamp::DAY;

async fn exists(shop: &Shop, payment: &str) -> bool {
    let (status, _) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments/{payment}"), Value::Null).await;
    status == StatusCode::OK
}

/// A game server hands in a proof that is none.
async fn refuse(shop: &Shop, payment: &str) {
    let proof = json!({ "proof": { "token": "forged" } });
    let (_, body) = shop.call(Key::Secret, "POST", &format!("/api/v1/payments/{payment}/verify"), proof).await;
    assert_eq!(body["code"], "PROOF_INVALID", "{body}");
}

async fn verify_test(shop: &Shop, payment: &str, changes: Value) -> Value {
    let mut token = json!({ "orderId": format!("o-{payment}"), "productId": "gem_100" });
    token.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
    shop.verify(payment, &json!({ "token": token.to_string() })).await.1
}

/// The jobs that close and remove.
async fn sweep(state: &TestState) {
    run(state, RemoveAppliedNotifications).await;
    run(state, CloseUnpaidReservations).await;
    run(state, RemoveUnpaidReservations).await;
}

on_both! {
    async fn a_reservation_nobody_paid_is_closed_and_can_still_be_paid(state: TestState) {
        let shop = Shop::open(&state).await;
        let (early, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let (pending, _) = shop.reserve("TEST", "player-2", "gem_100").await;
        assert_eq!(verify_test(&shop, &pending, json!({ "pending": true })).await["code"], "PENDING");
        state.clock.advance(24 * HOUR);
        let (late, _) = shop.reserve("TEST", "player-3", "gem_100").await;
        assert_eq!(close_unpaid(&state).await.expect("works"), 0, "a whole day is not over");
        state.clock.advance(1);
        assert_eq!(close_unpaid(&state).await.expect("works"), 1);
        assert_eq!(close_unpaid(&state).await.expect("works"), 0);

        let closed = shop.payment(&early).await;
        assert_eq!((&closed["status"], &shop.payment(&late).await["status"]), (&json!("USER_CLOSE"), &json!("RESERVED")));
        assert_eq!(shop.payment(&pending).await["status"], "PENDING", "the store still waits for the money");
        let line = closed["events"].as_array().and_then(|events| events.last()).expect("a line");
        assert_eq!((text(line, "kind"), text(line, "actor"), text(line, "reason")), ("CLOSE".into(), "SYSTEM".into(), "not paid within 24 h".into()));
        let paid = verify_test(&shop, &early, json!({})).await;
        assert_eq!((&paid["status"], &paid["payload"]), (&json!("SUCCESS"), &json!("note")));
    }

    async fn more_than_one_batch_is_closed_and_removed(state: TestState) {
        let shop = Shop::open(&state).await;
        for number in 0..1_050 {
            shop.reserve("TEST", &format!("player-{number}"), "gem_100").await;
        }
        state.clock.advance(25 * HOUR);
        assert_eq!(close_unpaid(&state).await.expect("works"), 1_050);
        assert_eq!(delete_unpaid(&state).await.expect("works"), 0);
        state.clock.advance(31 * DAY);
        assert_eq!(delete_unpaid(&state).await.expect("works"), 1_050);
        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/payments", Value::Null).await;
        assert_eq!(list["items"], json!([]));
    }

    async fn only_what_never_was_a_purchase_is_removed(state: TestState) {
        let shop = Shop::open(&state).await;
        let mut seqs = Vec::new();
        for user in ["closed", "refused", "paid", "refunded", "once-pending", "once-pending-refused", "waiting", "consumed"] {
            let store = if user == "waiting" { "AS" } else { "TEST" };
            seqs.push(shop.reserve(store, user, "gem_100").await.0);
        }
        let [closed, refused, paid, refunded, once, once_refused, waiting, consumed] = seqs.try_into().expect("eight");
        refuse(&shop, &refused).await;
        verify_test(&shop, &paid, json!({})).await;
        verify_test(&shop, &refunded, json!({})).await;
        let by = purser::audit::By::System("test");
        purser::payments::refund(&state, &by, &shop.project, &purser::model::PaymentSeq(refunded.clone()), "asked").await.expect("refunded");
        for payment in [&once, &once_refused] {
            verify_test(&shop, payment, json!({ "pending": true })).await;
        }
        let (status, body) = shop.call(Key::Secret, "POST", &format!("/api/v1/payments/{once}/close"), json!({})).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        refuse(&shop, &once_refused).await;
        let verified = verify_test(&shop, &consumed, json!({})).await;
        assert_eq!(shop.consume(&consumed, &text(&verified, "accessToken")).await.0, StatusCode::OK);

        state.clock.advance(29 * DAY);
        sweep(&state).await;
        assert!(exists(&shop, &closed).await, "not yet");
        // A proof that waits for its store keeps its reservation.
        let (status, _) = shop.verify(&waiting, &json!({ "transactionId": "2000000000000001" })).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        state.clock.advance(2 * DAY);
        sweep(&state).await;
        state.clock.advance(31 * DAY);
        sweep(&state).await;
        assert!(!exists(&shop, &closed).await);
        assert!(exists(&shop, &waiting).await && exists(&shop, &refused).await);
        state.clock.advance(400 * DAY);
        sweep(&state).await;
        assert!(!exists(&shop, &refused).await, "a refused proof is kept as long as notifications are");
        for kept in [&paid, &refunded, &once, &once_refused, &consumed] {
            assert!(exists(&shop, kept).await);
            assert!(shop.payment(kept).await["events"].as_array().is_some_and(|events| events.len() >= 2));
        }
    }

    async fn a_late_notification_settles_what_was_closed_meanwhile(state: TestState) {
        let shop = apple_life::open(&state).await;
        let (payment, token) = shop.reserve("AS", "player-1", "gem_100").await;
        state.clock.advance(25 * HOUR);
        assert_eq!(close_unpaid(&state).await.expect("works"), 1);
        state.clock.advance(5 * DAY);
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, gem("4000", json!({ "appAccountToken": token })))).await;
        let settled = payment_of(&shop, "4000").await;
        assert_eq!((&settled["paymentSeq"], &settled["payload"]), (&json!(payment), &json!("note")));
    }

    async fn notifications_that_were_applied_long_ago_are_removed(state: TestState) {
        let shop = apple_life::open(&state).await;
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, gem("4000", json!({})))).await;
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, gem("4001", json!({ "productId": "not-ours" })))).await;
        let list = async || {
            let query = purser::model::NotificationQuery::default();
            purser::notifications::list(&state, &shop.project, &query).await.expect("a page").items
        };
        let before = list().await;
        assert_eq!(before.len(), 2);
        let left: Vec<_> = before.iter().filter(|notification| notification.applied_at.is_none()).map(|notification| notification.notice_no).collect();
        state.clock.advance(400 * DAY);
        sweep(&state).await;
        assert_eq!(list().await.len(), 2, "not yet");
        state.clock.advance(DAY);
        sweep(&state).await;
        let after: Vec<_> = list().await.iter().map(|notification| notification.notice_no).collect();
        assert_eq!(after, left, "what was not applied stays");
        assert_eq!(payment_of(&shop, "4000").await["status"], "SUCCESS");
    }
}
