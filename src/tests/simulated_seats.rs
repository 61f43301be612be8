//! The simulated App Store of API 1.22: seats and groups, what may be extended, and what happens while the clock jumps.

use axum::http::StatusCode;
use purser::model::Timestamp;
use purser::stores::apple::SigningKey;
use purser::stores::apple::api::HistoryQuery;
use serde_json::{Value, json};

use crate::apple_life::subscription;
use crate::shop::{BUNDLE, Key, text};
use crate::simulated_store::{Store, claims};
use crate::support::{START, TestState, on_both};

const DAY: i64 = Timestamp::DAY;

/// Asks the simulated API as the app.
async fn ask(store: &Store, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
    let app = store.app().await;
    let Ok(key) = SigningKey::of(&app) else { panic!("the app has no key") };
    let token = key.sign_jws(&claims(&app, store.state.clock.now())).expect("signs");
    store.ask(method, path, body, &token).await
}

/// The same; gives Apple's number of a failure.
async fn code(store: &Store, method: &str, path: &str, body: Value) -> i64 {
    ask(store, method, path, body).await.1["errorCode"].as_i64().unwrap_or_default()
}

fn extension(id: &str) -> Value {
    json!({ "extendByDays": 10, "extendReasonCode": 1, "requestIdentifier": id })
}

/// The type, subtype and signing time of each notification, in the order they were sent.
async fn told(store: &Store) -> Vec<(String, i64)> {
    let (_, list) = store.shop.call(Key::None, "GET", "/simulator/control/notices", Value::Null).await;
    let mut all: Vec<_> = list["items"].as_array().expect("a list").clone();
    all.sort_by_key(|one| one["sendAttempts"][0]["attemptDate"].as_i64());
    let name = |one: &Value| match one["subtype"].as_str() {
        Some(subtype) => format!("{} {subtype}", text(one, "notificationType")),
        None => text(one, "notificationType"),
    };
    let day = |one: &Value| (one["sendAttempts"][0]["attemptDate"].as_i64().expect("a moment") - START.0) / DAY;
    all.iter().map(|one| (name(one), day(one))).collect()
}

on_both! {
    async fn a_seat_gives_access_and_is_nobodys_purchase(state: TestState) {
        let store = Store::open(&state).await;
        let chain = store.subscribe("player-1", json!({ "assigned": true })).await;
        store.deliver().await;
        let found = subscription(&store.shop).await;
        assert_eq!((&found["state"], &found["hasAccess"], &found["ownership"]), (&json!("ACTIVE"), &json!(true), &json!("ASSIGNED")));
        let good = json!({ "customerConsented": true, "sampleContentProvided": false, "deliveryStatus": "DELIVERED" });
        let token = json!({ "appAccountToken": uuid::Uuid::new_v4().to_string() });
        for (method, path, body, expected) in [
            ("PUT", format!("/inApps/v2/transactions/consumption/{chain}"), good.clone(), 4_000_227),
            ("PUT", format!("/inApps/v1/transactions/consumption/{chain}"), good, 4_000_227),
            ("PUT", format!("/inApps/v1/transactions/{chain}/appAccountToken"), token, 4_000_227),
            ("PUT", format!("/inApps/v1/subscriptions/extend/{chain}"), extension("a"), 4_030_028),
        ] {
            assert_eq!(code(&store, method, &path, body).await, expected, "{path}");
        }
        for (word, count) in [("ASSIGNED", 1), ("PURCHASED", 0), ("FAMILY_SHARED", 0)] {
            let (_, page) = ask(&store, "GET", &format!("/inApps/v2/history/{chain}?inAppOwnershipType={word}"), Value::Null).await;
            assert_eq!(page["signedTransactions"].as_array().map(Vec::len), Some(count), "{word}");
        }
        store.change(&chain, "revoke", json!({})).await;
        store.deliver().await;
        assert_eq!(subscription(&store.shop).await["state"], "REVOKED");
        let (_, refunds) = ask(&store, "GET", &format!("/inApps/v2/refund/lookup/{chain}"), Value::Null).await;
        assert_eq!(refunds["signedTransactions"], json!([]), "no money went back");
        let both = json!({ "storeAppId": BUNDLE, "productId": "vip", "player": "p", "family": true, "assigned": true });
        let (status, answer) = store.shop.call(Key::None, "POST", "/simulator/control/subscriptions", both).await;
        assert_eq!((status, &answer["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("assigned")), "{answer}");
    }

    async fn groups_are_answered_as_the_sandbox_does(state: TestState) {
        let store = Store::open(&state).await;
        let (app, now) = (store.app().await, state.clock.now());
        let chain = store.subscribe("player-1", json!({})).await;
        let apple = state.stores.apple();
        let groups = apple.list_customer_groups(&app, &chain, now).await.expect("groups");
        assert_eq!((groups.len(), groups[0].group_type.as_str(), groups[0].roles.len()), (1, "ORGANIZATION", 2));
        let page = apple.list_group_members(&app, &groups[0].group_id, None, now).await.expect("members");
        assert_eq!((page.members[0].app_transaction_id.as_str(), page.has_more), ("700000000000000000", false));
        let group = format!("/groups/v1/group/{}", groups[0].group_id);
        for (path, expected) in [
            ("/groups/v1/currentGroups/abc".to_owned(), 4_000_006),
            ("/groups/v1/currentGroups/99".to_owned(), 4_040_010),
            (format!("{group}?limit=0"), 4_000_004),
            (format!("{group}?limit=101"), 4_000_004),
            (format!("{group}?limit=many"), 4_000_004),
            (format!("{group}?paginationToken=x"), 4_000_014),
            ("/groups/v1/group/abc".to_owned(), 4_000_225),
            ("/groups/v1/group/77".to_owned(), 4_040_022),
        ] {
            assert_eq!(code(&store, "GET", &path, Value::Null).await, expected, "{path}");
        }
        assert_eq!(ask(&store, "GET", &format!("{group}?limit=100"), Value::Null).await.0, StatusCode::OK);
        let (status, answer) = ask(&store, "GET", &format!("/production{group}"), Value::Null).await;
        assert_eq!((status, &answer["errorCode"]), (StatusCode::NOT_FOUND, &Value::Null), "production has no such endpoint");
    }

    async fn only_paid_periods_of_the_storefronts_named_are_extended(state: TestState) {
        let store = Store::open(&state).await;
        let trial = json!({ "type": 1, "discount": "FREE_TRIAL", "period": "P1W" });
        let korean = store.subscribe("korean", json!({})).await;
        let american = store.subscribe("american", json!({ "price": "9.99", "currency": "USD" })).await;
        let trying = store.subscribe("trying", json!({ "offer": trial, "price": "9.99", "currency": "USD" })).await;
        let ends = async |chain: &str| text(&store.standing(chain).await, "expiresAt");
        let before = [ends(&korean).await, ends(&american).await, ends(&trying).await];
        assert_eq!(code(&store, "PUT", &format!("/inApps/v1/subscriptions/extend/{trying}"), extension("t")).await, 4_030_004);
        let (status, _) = store.shop.call(Key::None, "POST", &format!("/simulator/control/subscriptions/{trying}/extend"), json!({ "days": 1 })).await;
        assert_eq!(status, StatusCode::CONFLICT);
        let mut all = extension("all");
        all["productId"] = json!("vip");
        all["storefrontCountryCodes"] = json!(["USA", "JPN"]);
        assert_eq!(ask(&store, "POST", "/inApps/v1/subscriptions/extend/mass", all).await.0, StatusCode::OK);
        let (_, status) = ask(&store, "GET", "/inApps/v1/subscriptions/extend/mass/vip/all", Value::Null).await;
        assert_eq!((&status["succeededCount"], &status["failedCount"]), (&json!(1), &json!(1)), "{status}");
        let after = [ends(&korean).await, ends(&american).await, ends(&trying).await];
        assert_eq!((&after[0], &after[2]), (&before[0], &before[2]));
        let (was, is) = (Timestamp::parse_rfc3339(&before[1]), Timestamp::parse_rfc3339(&after[1]));
        assert_eq!(is, was.map(|at| at.plus_millis(10 * DAY)));
        let (_, info) = ask(&store, "GET", &format!("/inApps/v1/transactions/{trying}"), Value::Null).await;
        let found = state.stores.apple().list_history(&store.app().await, &trying, &HistoryQuery::default(), state.clock.now()).await;
        assert_eq!(found.expect("a page").transactions[0].data.storefront.as_deref(), Some("USA"), "{info}");
        store.days(8).await;
        assert_eq!(ask(&store, "PUT", &format!("/inApps/v1/subscriptions/extend/{trying}"), extension("paid")).await.0, StatusCode::OK);
    }

    async fn a_short_lapse_does_not_interrupt_a_subscription(state: TestState) {
        let store = Store::open(&state).await;
        let started = async |chain: &str| {
            let standing = store.standing(chain).await;
            (standing["course"]["streakAt"].as_i64().expect("a moment") - START.0) / DAY
        };
        let chain = store.subscribe("player-1", json!({})).await;
        store.change(&chain, "cancel", json!({})).await;
        store.days(30 + 59).await;
        store.subscribe("player-1", json!({})).await;
        assert_eq!(started(&chain).await, 0, "59 days without it");
        let mut statuses = state.stores.apple().get_statuses(&store.app().await, &chain, state.clock.now()).await.expect("statuses");
        let renewal = statuses.remove(0).renewal.expect("a renewal info").data;
        assert_eq!(renewal.recent_subscription_start_date, Some(START));
        store.change(&chain, "cancel", json!({})).await;
        let end = Timestamp::parse_rfc3339(&text(&store.standing(&chain).await, "expiresAt")).expect("a moment");
        let days = (end.0 - START.0) / DAY + 60;
        store.days(days - 89).await;
        store.subscribe("player-1", json!({})).await;
        assert_eq!(started(&chain).await, days, "60 days without it");
    }

    async fn everything_due_happens_in_order_while_the_clock_jumps(state: TestState) {
        let store = Store::open(&state).await;
        let monthly = store.subscribe("player-1", json!({})).await;
        let weekly = store.subscribe("player-1", json!({ "groupId": "22", "period": "P1W", "productId": "gold" })).await;
        let leaving = store.subscribe("player-2", json!({ "graceDays": 6 })).await;
        store.change(&weekly, "fail-billing", json!({})).await;
        store.change(&leaving, "cancel", json!({})).await;
        store.deliver().await;
        let before = told(&store).await.len();
        assert_eq!(store.days(95).await, 3 + 3 + 1, "three renewals; failure, end of grace, end; an end");
        store.deliver().await;
        let all = told(&store).await;
        let expected = [
            ("DID_FAIL_TO_RENEW GRACE_PERIOD", 7), ("GRACE_PERIOD_EXPIRED", 23), ("DID_RENEW", 30), ("EXPIRED VOLUNTARY", 30),
            ("DID_RENEW", 61), ("EXPIRED BILLING_RETRY", 67), ("DID_RENEW", 92),
        ];
        let mut found: Vec<(&str, i64)> = all[before..].iter().map(|(name, day)| (name.as_str(), *day)).collect();
        // Those of different customers at one moment may change places.
        found.sort_by_key(|(name, day)| (*day, *name));
        assert_eq!(found, expected);
        // The customer's history is in the order of what happened, over both of their subscriptions.
        let page = state.stores.apple().list_history(&store.app().await, &monthly, &HistoryQuery::default(), state.clock.now()).await;
        let bought: Vec<_> = page.expect("a page").transactions.iter().map(|one| one.data.purchase_date).collect();
        let mut sorted = bought.clone();
        sorted.sort();
        assert_eq!(bought, sorted);
    }

    async fn tries_that_were_due_in_between_are_made(state: TestState) {
        let store = Store::open(&state).await;
        store.set("notice-address", json!({ "storeAppId": BUNDLE, "url": "" })).await;
        let input = json!({ "store": "AS", "storeAppId": BUNDLE, "productId": "gem_100", "player": "p", "world": "Production" });
        store.control("purchases", input).await;
        store.days(4).await;
        store.deliver().await;
        let (_, list) = store.shop.call(Key::None, "GET", "/simulator/control/notices", Value::Null).await;
        let attempts = list["items"][0]["sendAttempts"].as_array().expect("a list").clone();
        let hours: Vec<i64> = attempts.iter().map(|one| (one["attemptDate"].as_i64().expect("a moment") - START.0) / Timestamp::HOUR).collect();
        assert_eq!(hours, [0, 1, 13, 37, 85]);
    }

    async fn the_test_store_only_sells(state: TestState) {
        let store = Store::open(&state).await;
        let sale = json!({ "store": "TEST", "storeAppId": BUNDLE, "productId": "gem_100", "player": "p" });
        let order = text(&store.control("purchases", sale.clone()).await, "orderId");
        store.settle(&order, "refund", json!({})).await;
        assert!(told(&store).await.is_empty(), "it has no notifications");
        let notification = json!({ "store": "TEST", "storeAppId": BUNDLE, "notificationType": "TEST" });
        for (path, body) in [("subscriptions", sale), ("notices", notification)] {
            let (status, answer) = store.shop.call(Key::None, "POST", &format!("/simulator/control/{path}"), body).await;
            assert_eq!((status, &answer["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("store")), "{path}: {answer}");
        }
    }
}
