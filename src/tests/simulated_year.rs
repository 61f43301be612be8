//! A year of a thousand subscribers of the simulated App Store, of whose notifications a tenth is lost, a tenth comes twice and
//! none in order: once the lost ones are found, our records say what the store's books say.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use purser::db;
use purser::jobs::{ApplyNotifications, BackfillNotifications, PlanBackfills};
use purser::model::{LifecycleStatus, SimulatedSubscription, Timestamp};
use serde_json::{Value, json};

use crate::shop::{Key, text};
use crate::simulated_store::Store;
use crate::support::{Kind, TestState, run};

/// What becomes of a subscriber, by their number, in a month.
async fn befall(store: &Store, chain: &str, number: usize, month: u32) {
    let gold = json!({ "productId": "gold", "price": "19900", "currency": "KRW", "atOnce": number % 20 == 4 });
    match (number % 10, month) {
        (1, 3) | (2, 2) => drop(store.change(chain, "cancel", json!({})).await),
        (2, 6) => drop(store.subscribe(&format!("player-{number}"), json!({})).await),
        (3, 2) | (5, 5) => drop(store.change(chain, "fail-billing", json!({})).await),
        (3, 3) => drop(store.change(chain, "fix-billing", json!({})).await),
        (4, 4) => drop(store.change(chain, "change-plan", gold).await),
        (6, 7) => {
            let order = text(&store.standing(chain).await, "orderId");
            store.settle(&order, "refund", json!({})).await;
            if number % 20 == 6 {
                store.settle(&order, "reverse-refund", json!({})).await;
            }
        }
        (7, 12) => drop(store.change(chain, "cancel", json!({})).await),
        (8, 11) => drop(store.change(chain, "fail-billing", json!({})).await),
        _ => {}
    }
}

/// What the books say of a chain: the state we should know it in, and how many of its periods were paid for.
fn truth(subscription: &SimulatedSubscription, now: Timestamp) -> (String, u64) {
    let lifecycle = &subscription.lifecycle;
    let state = match lifecycle.status_at(now) {
        LifecycleStatus::Active if lifecycle.auto_renew => "ACTIVE",
        LifecycleStatus::Active => "CANCELED",
        LifecycleStatus::GracePeriod => "IN_GRACE_PERIOD",
        LifecycleStatus::BillingRetry => "ON_HOLD",
        LifecycleStatus::Paused => "PAUSED",
        LifecycleStatus::Expired => "EXPIRED",
        LifecycleStatus::Paused => "PAUSED",
        LifecycleStatus::Revoked => "REVOKED",
    };
    (state.to_owned(), u64::from(lifecycle.periods_paid))
}

/// Every item of a list of ours.
async fn all(store: &Store, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = store.shop.call(Key::Secret, "GET", &format!("{path}&limit=100{cursor}"), Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        items.extend(page["items"].as_array().expect("a list").iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

async fn a_year(kind: Kind, subscribers: usize) {
    let state = TestState::new(kind).await;
    let store = Store::open(&state).await;
    store.set("faults", json!({ "notices": { "lostPercent": 10, "repeatedPercent": 10, "reordered": true } })).await;
    let mut chains = Vec::with_capacity(subscribers);
    for number in 0..subscribers {
        chains.push(store.subscribe(&format!("player-{number}"), json!({})).await);
    }
    for month in 1..=12 {
        store.days(31).await;
        for (number, chain) in chains.iter().enumerate() {
            befall(&store, chain, number, month).await;
        }
        store.deliver().await;
    }
    store.set("faults", json!({})).await;
    state.clock.advance(Timestamp::SECOND);
    run(&state, PlanBackfills).await;
    let backfilled = run(&state, BackfillNotifications).await.items;
    run(&state, ApplyNotifications).await;
    let notifications = u64::try_from(subscribers * 10).expect("small");
    assert!(
        (notifications / 20..notifications / 5).contains(&backfilled),
        "about a tenth of {notifications} or more was lost: {backfilled}"
    );

    let now = purser::simulator::now(&state).await.expect("a clock");
    let limit = u32::try_from(subscribers + 1).expect("small");
    let books = db::simulator::list_subscriptions(&mut state.db.read().await.expect("reads"), limit).await.expect("books");
    let expected: BTreeMap<_, _> = books.iter().map(|chain| (chain.chain_id.clone(), truth(chain, now))).collect();
    assert_eq!(expected.len(), subscribers);
    let mut found: BTreeMap<String, (String, u64)> = BTreeMap::new();
    for subscription in all(&store, "/api/v1/subscriptions?includeExpired=true").await {
        found.insert(text(&subscription, "originalOrderId"), (text(&subscription, "state"), 0));
    }
    let chain_of = chains_of_orders(&state).await;
    for payment in all(&store, "/api/v1/payments?store=AS").await {
        let chain = &chain_of[&text(&payment, "storeOrderId")];
        found.get_mut(chain).expect("a subscription").1 += 1;
    }
    let wrong: Vec<_> = expected.iter().filter(|(chain, truth)| found.get(*chain) != Some(truth)).collect();
    let told: Vec<_> = wrong.iter().take(5).map(|(chain, truth)| (chain, truth, found.get(*chain))).collect();
    assert!(wrong.is_empty(), "{} of {subscribers} differ: {told:?}", wrong.len());
    for state in ["ACTIVE", "CANCELED", "EXPIRED", "REVOKED", "IN_GRACE_PERIOD"] {
        assert!(expected.values().any(|truth| truth.0 == state), "the year has no {state}");
    }
}

/// The chain of every transaction in the books.
async fn chains_of_orders(state: &TestState) -> BTreeMap<String, String> {
    let sales = db::simulator::list_purchases(&mut state.db.read().await.expect("reads"), 100_000).await.expect("sales");
    sales.into_iter().map(|sale| (sale.order_id, sale.chain_id)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_subscribers_converge_on_sqlite() {
    a_year(Kind::Sqlite, 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_subscribers_converge_on_postgres() {
    a_year(Kind::Postgres, 100).await;
}
