//! Refunds nobody told us of, found in the App Store's refund history.

use axum::http::StatusCode;
use purser::jobs::{PlanBackfills, PollRefunds};
use purser::model::Timestamp;
use serde_json::{Value, json};

use crate::apple_life::{self, DAY, account_token, gem, payment_of, tell, told, unconsumed};
use crate::apple_store::{FakeStore, sign};
use crate::shop::{Shop, text};
use crate::support::{START, TestState, on_both, run};

/// A shop with two buyers: one bought 7 and 8, the other 9.
async fn start(state: &TestState) -> (Shop, FakeStore) {
    let shop = apple_life::open(state).await;
    for (order, player, buyer) in [("7", "player-1", "71"), ("8", "player-1", "71"), ("9", "player-2", "72")] {
        let token = account_token(&shop, player).await;
        let bought = gem(order, json!({ "appAccountToken": token, "appTransactionId": buyer }));
        tell(state, &shop, &told("ONE_TIME_CHARGE", None, bought)).await;
        state.clock.advance(1_000);
    }
    let store = FakeStore::open(state).await;
    run(state, PlanBackfills).await;
    state.clock.advance(DAY);
    (shop, store)
}

fn taken_back(order: &str, buyer: &str) -> Value {
    let at = START.0 + Timestamp::HOUR;
    gem(order, json!({ "appTransactionId": buyer, "revocationDate": at, "revocationReason": 1, "signedDate": at + 1 }))
}

fn page(state: &TestState, refunds: &[Value], next: Option<&str>) -> Value {
    let signed: Vec<String> = refunds.iter().map(|refund| sign(state, refund)).collect();
    json!({ "signedTransactions": signed, "revision": next, "hasMore": next.is_some() })
}

async fn find(state: &TestState) -> u64 {
    run(state, PollRefunds).await.items
}

fn paths(store: &FakeStore) -> Vec<String> {
    store.asked().into_iter().map(|(_, path, _)| path.trim_start_matches("v2/refund/lookup/").to_owned()).collect()
}

on_both! {
    async fn each_buyer_is_asked_for_once_a_day(state: TestState) {
        let (shop, store) = start(&state).await;
        store.says("v2/refund/lookup/8", StatusCode::OK, page(&state, &[taken_back("7", "71")], None));
        assert_eq!(find(&state).await, 1);
        assert_eq!(paths(&store), ["8", "9"], "by the newest purchase of each");
        let payment = payment_of(&shop, "7").await;
        assert_eq!((&payment["status"], unconsumed(&shop, "player-1").await), (&json!("REFUND"), 1));
        let detail = shop.payment(&text(&payment, "paymentSeq")).await;
        let line = detail["events"].as_array().and_then(|events| events.last()).expect("a line").clone();
        assert_eq!((&line["kind"], &line["reason"]), (&json!("REFUND"), &json!("taken back by the store: found in the store's refund history")));

        run(&state, PlanBackfills).await;
        state.clock.advance(Timestamp::HOUR);
        assert_eq!((find(&state).await, paths(&store).len()), (0, 0), "not before the day is over");
        state.clock.advance(DAY);
        assert_eq!((find(&state).await, paths(&store).len()), (0, 2), "what is known is not found again");
        state.clock.advance(120 * DAY);
        assert_eq!((find(&state).await, paths(&store).len()), (0, 0), "too long ago");
    }

    async fn a_long_history_is_read_to_its_end_and_the_unknown_left_out(state: TestState) {
        let (shop, store) = start(&state).await;
        let unknown = taken_back("99", "72");
        store.says("v2/refund/lookup/9", StatusCode::OK, page(&state, &[unknown], Some("r1")));
        store.says("v2/refund/lookup/9?revision=r1", StatusCode::OK, page(&state, &[taken_back("9", "72")], None));
        assert_eq!(find(&state).await, 1);
        assert_eq!(payment_of(&shop, "9").await["status"], "REFUND");
        assert_eq!(unconsumed(&shop, "player-1").await, 2);
        let (_, list) = shop.call(crate::shop::Key::Secret, "GET", "/api/v1/payments", Value::Null).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(3), "nothing is made of what was never sold to anyone here");
    }

    async fn a_bad_answer_stops_nobody_and_a_store_that_is_away_is_waited_for(state: TestState) {
        let (shop, store) = start(&state).await;
        let elsewhere = gem("7", json!({ "bundleId": "com.example.other", "revocationDate": START.0 + 1 }));
        store.says("v2/refund/lookup/8", StatusCode::OK, page(&state, &[elsewhere], None));
        store.says("v2/refund/lookup/9", StatusCode::UNAUTHORIZED, Value::Null);
        assert_eq!(find(&state).await, 0);
        assert_eq!(find(&state).await, 0, "not at once");
        store.asked();
        state.clock.advance(2 * Timestamp::MINUTE);
        store.says("v2/refund/lookup/9", StatusCode::OK, page(&state, &[taken_back("9", "72")], None));
        assert_eq!(find(&state).await, 1);
        assert_eq!(paths(&store), ["9"], "it goes on where it was");
        assert_eq!(payment_of(&shop, "7").await["status"], "SUCCESS");
    }
}
