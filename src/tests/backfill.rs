//! Notifications that never arrived, found in the App Store's own list of what it sent.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use purser::jobs::{ApplyNotifications, BackfillNotifications, PlanBackfills};
use purser::model::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::apple_life::{
    self, DAY, MONTH, Notified, account_token, gem, payment_of, period, renewal, subscription, tell, told, unconsumed,
};
use crate::shop::Shop;
use crate::support::{TestState, on_both, run};

const PATH: &str = "/simulator/inApps/v1/notifications/history";

/// The App Store's list: what it answers next, and the page tokens it was asked for.
#[derive(Clone)]
struct List {
    addr: SocketAddr,
    answers: Arc<Mutex<Vec<(StatusCode, Value)>>>,
    asked: Arc<Mutex<Vec<Option<String>>>>,
}

impl List {
    async fn open(state: &TestState) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let list = Self { addr: listener.local_addr().expect("an address"), answers: Arc::default(), asked: Arc::default() };
        let router = Router::new().route(PATH, post(answer)).with_state(list.clone());
        state.stores.set_own_address(list.addr);
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
        list
    }

    fn will_say(&self, answers: Vec<(StatusCode, Value)>) {
        *self.answers.lock().expect("a lock") = answers;
        self.asked.lock().expect("a lock").clear();
    }

    fn asked(&self) -> Vec<Option<String>> {
        self.asked.lock().expect("a lock").clone()
    }
}

async fn answer(State(list): State<List>, Query(query): Query<HashMap<String, String>>) -> (StatusCode, Json<Value>) {
    list.asked.lock().expect("a lock").push(query.get("paginationToken").cloned());
    let mut answers = list.answers.lock().expect("a lock");
    let (status, body) = if answers.is_empty() { page(&[], None) } else { answers.remove(0) };
    (status, Json(body))
}

/// A page of signed payloads, and the token of the next.
fn page(payloads: &[Value], next: Option<&str>) -> (StatusCode, Value) {
    let items: Vec<Value> =
        payloads.iter().map(|body| json!({ "signedPayload": body["signedPayload"], "sendAttempts": [] })).collect();
    let mut page = json!({ "notificationHistory": items, "hasMore": next.is_some() });
    if let Some(next) = next {
        page["paginationToken"] = next.into();
    }
    (StatusCode::OK, page)
}

async fn backfill(state: &TestState) -> u64 {
    assert_eq!(run(state, PlanBackfills).await.items, 1, "the shop's one App Store app");
    let found = run(state, BackfillNotifications).await.items;
    run(state, ApplyNotifications).await;
    found
}

/// A subscriber whose first notification arrived.
async fn start(state: &TestState) -> (Shop, Notified) {
    let shop = apple_life::open(state).await;
    let first = period("1", 0, json!({ "appAccountToken": account_token(&shop, "player-1").await }));
    let bought = told("SUBSCRIBED", Some("INITIAL_BUY"), first).renewing(renewal(0, json!({})));
    tell(state, &shop, &bought).await;
    (shop, bought)
}

on_both! {
    async fn what_never_arrived_is_found_once(state: TestState) {
        let (shop, bought) = start(&state).await;
        let list = List::open(&state).await;
        state.clock.advance(MONTH + DAY);
        let renewed = told("DID_RENEW", None, period("2", MONTH, json!({}))).renewing(renewal(MONTH, json!({})));
        let charged = told("ONE_TIME_CHARGE", None, gem("7", json!({ "appAccountToken": account_token(&shop, "player-1").await })));
        let forged = json!({ "signedPayload": "a.b.c" });
        let sent = [bought.sign(&state), forged, renewed.sign(&state), charged.sign(&state)];
        list.will_say(vec![page(&sent, None)]);
        assert_eq!(backfill(&state).await, 2);

        let now = subscription(&shop).await;
        assert_eq!((&now["state"], &now["storeOrderId"]), (&json!("ACTIVE"), &json!("2")));
        for order in ["2", "7"] {
            let payment = payment_of(&shop, order).await;
            assert_eq!((&payment["source"], &payment["userKey"]), (&json!("BACKFILLED"), &json!("player-1")), "{order}");
        }
        assert_eq!(unconsumed(&shop, "player-1").await, 1, "the one-time purchase");

        state.clock.advance(Timestamp::HOUR);
        list.will_say(vec![page(&sent, None)]);
        assert_eq!(backfill(&state).await, 0, "what is known is not found again");
        assert_eq!(list.asked(), [None]);
    }

    async fn a_look_goes_on_where_it_was_broken_off(state: TestState) {
        let (shop, _) = start(&state).await;
        let list = List::open(&state).await;
        let sent: Vec<Value> =
            ["7", "8", "9"].iter().map(|id| told("ONE_TIME_CHARGE", None, gem(id, json!({}))).sign(&state)).collect();
        let refused = (StatusCode::UNAUTHORIZED, Value::Null);
        list.will_say(vec![page(&sent[..1], Some("second")), page(&sent[1..2], Some("third")), refused]);
        assert_eq!(backfill(&state).await, 2, "what was read before is kept");
        assert_eq!(list.asked()[..2], [None, Some("second".to_owned())]);

        list.will_say(vec![page(&sent[2..], None)]);
        assert_eq!(run(&state, BackfillNotifications).await.items, 0, "a failure is waited after");
        assert!(list.asked().is_empty());
        state.clock.advance(10 * Timestamp::MINUTE);
        assert_eq!(run(&state, BackfillNotifications).await.items, 1);
        assert_eq!(list.asked(), [Some("third".to_owned())]);
        run(&state, ApplyNotifications).await;
        for order in ["7", "8", "9"] {
            assert_eq!(payment_of(&shop, order).await["status"], "SUCCESS", "{order}");
        }
    }

    async fn a_lost_page_token_begins_the_look_anew(state: TestState) {
        start(&state).await;
        let list = List::open(&state).await;
        let sent = [told("ONE_TIME_CHARGE", None, gem("7", json!({}))).sign(&state)];
        let expired = json!({ "errorCode": 4_000_017, "errorMessage": "The pagination token expired." });
        list.will_say(vec![page(&[], Some("second")), (StatusCode::BAD_REQUEST, expired)]);
        assert_eq!(backfill(&state).await, 0);
        state.clock.advance(10 * Timestamp::MINUTE);
        list.will_say(vec![page(&sent, None)]);
        assert_eq!(run(&state, BackfillNotifications).await.items, 1);
        assert_eq!(list.asked(), [None]);
    }

    async fn two_processes_do_not_do_it_twice(state: TestState) {
        start(&state).await;
        let list = List::open(&state).await;
        let other = state.another_process().await;
        other.stores.set_own_address(list.addr);
        run(&state, PlanBackfills).await;
        let sent = [told("ONE_TIME_CHARGE", None, gem("7", json!({}))).sign(&state)];
        list.will_say(vec![page(&sent, None)]);
        let (here, there) = tokio::join!(run(&state, BackfillNotifications), run(&other, BackfillNotifications));
        assert_eq!(here.items + there.items, 1);
        assert_eq!(list.asked().len(), 1, "one of them took it");
    }
}
