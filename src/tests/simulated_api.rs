//! The simulated App Store Server API: who is let in, what it answers, what it refuses and with which number.

use axum::http::StatusCode;
use purser::model::Timestamp;
use purser::stores::apple::SigningKey;
use purser::stores::apple::api::{AppleEnvironment, Extension, HistoryQuery, NotificationHistoryRequest};
use purser::stores::{Delivery, Store as _};
use serde_json::{Value, json};

use crate::shop::{BUNDLE, text};
use crate::simulated_store::{Store, claims};
use crate::support::{TestState, on_both};

/// Signs claims with the app's key.
async fn token(store: &Store, changes: Value) -> String {
    let app = store.app().await;
    let mut claims = claims(&app, store.state.clock.now());
    claims.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
    let Ok(key) = SigningKey::of(&app) else { panic!("the app has no key") };
    key.sign_jws(&claims).expect("signs")
}

/// Asks with a good token; gives the status and Apple's number, or the body.
async fn code(store: &Store, method: &str, path: &str, body: Value) -> (u16, i64) {
    let token = token(store, json!({})).await;
    let (status, body) = store.ask(method, path, body, &token).await;
    (status.as_u16(), body["errorCode"].as_i64().unwrap_or_default())
}

/// Buys a consumable; gives its transaction id.
async fn buy(store: &Store, player: &str) -> String {
    let input = json!({ "store": "AS", "storeAppId": BUNDLE, "productId": "gem_100", "player": player, "price": "4400", "currency": "KRW" });
    text(&store.control("purchases", input).await, "orderId")
}

on_both! {
    async fn only_the_apps_own_key_opens_it(state: TestState) {
        let store = Store::open(&state).await;
        let id = buy(&store, "p").await;
        let path = format!("/inApps/v1/transactions/{id}");
        let now = state.clock.now().0 / 1_000;
        let hour = 3_600;
        for good in [json!({}), json!({ "iat": now }), json!({ "exp": now + hour }), json!({ "nonce": "any", "scope": [] })] {
            let token = token(&store, good.clone()).await;
            assert_eq!(store.ask("GET", &path, Value::Null, &token).await.0, StatusCode::OK, "{good}");
        }
        for bad in [
            json!({ "exp": now - 1 }), json!({ "exp": now + 2 * hour }), json!({ "exp": null }), json!({ "aud": "other" }),
            json!({ "iss": "other" }), json!({ "bid": "com.example.other" }), json!({ "bid": null }), json!({ "nbf": now + 60 }),
        ] {
            let token = token(&store, bad.clone()).await;
            assert_eq!(store.ask("GET", &path, Value::Null, &token).await, (StatusCode::UNAUTHORIZED, Value::Null), "{bad}");
        }
        let good = token(&store, json!({})).await;
        for bad in [good.trim_end_matches(|_| true), "a.b.c", &good[..good.len() - 4], &good.replacen('.', "..", 1)] {
            assert_eq!(store.ask("GET", &path, Value::Null, bad).await.0, StatusCode::UNAUTHORIZED, "{bad}");
        }
    }

    async fn our_own_client_finds_what_was_bought(state: TestState) {
        let store = Store::open(&state).await;
        let (app, now) = (store.app().await, state.clock.now());
        let first = buy(&store, "p").await;
        for _ in 0..21 {
            buy(&store, "p").await;
        }
        buy(&store, "another").await;
        let apple = state.stores.apple();
        let found = apple.get_transaction(&app, &first, now).await.expect("found");
        assert_eq!(found.data.transaction_id.as_deref(), Some(first.as_str()));
        let customer = found.data.app_transaction_id.clone().expect("a customer");
        let page = apple.list_history(&app, &customer, &HistoryQuery::default(), now).await.expect("a page");
        assert_eq!((page.transactions.len(), page.has_more), (20, true));
        let revision = page.revision.clone();
        let rest = apple.list_history(&app, &first, &HistoryQuery { revision, ..HistoryQuery::default() }, now).await.expect("a page");
        assert_eq!((rest.transactions.len(), rest.has_more), (2, false));
        store.settle(&first, "refund", json!({})).await;
        let changed = apple.list_history(&app, &first, &HistoryQuery { revision: rest.revision.clone(), ..HistoryQuery::default() }, now).await.expect("a page");
        assert_eq!(changed.transactions.len(), 1, "what changed since is told again");
        assert!(changed.transactions[0].data.revocation_date.is_some());
        let refunds = apple.list_refunds(&app, &first, None, now).await.expect("refunds");
        assert_eq!(refunds.transactions.len(), 1);
    }

    async fn each_refusal_has_apples_number(state: TestState) {
        let store = Store::open(&state).await;
        let id = buy(&store, "p").await;
        let chain = store.subscribe("s", json!({})).await;
        let token_path = format!("/inApps/v1/transactions/{id}/appAccountToken");
        let consumption = format!("/inApps/v2/transactions/consumption/{id}");
        let extend = format!("/inApps/v1/subscriptions/extend/{chain}");
        let history = "/inApps/v1/notifications/history";
        let now = state.clock.now().0;
        let good = json!({ "customerConsented": true, "sampleContentProvided": false, "deliveryStatus": "DELIVERED" });
        let with = |changes: Value| {
            let mut body = good.clone();
            body.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
            body
        };
        let window = |changes: Value| {
            let mut body = json!({ "startDate": now - Timestamp::DAY, "endDate": now });
            body.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
            body
        };
        for (method, path, body, expected) in [
            ("GET", "/inApps/v1/transactions/abc".to_owned(), Value::Null, 4_000_006),
            ("GET", "/inApps/v1/transactions/99".to_owned(), Value::Null, 4_040_010),
            ("GET", format!("/production/inApps/v1/transactions/{id}"), Value::Null, 4_040_010),
            ("GET", format!("/inApps/v2/history/{id}?sort=UP"), Value::Null, 4_000_021),
            ("GET", format!("/inApps/v2/history/{id}?startDate=x"), Value::Null, 4_000_015),
            ("GET", format!("/inApps/v2/history/{id}?startDate=5&endDate=5"), Value::Null, 4_000_013),
            ("GET", format!("/inApps/v2/history/{id}?productType=OTHER"), Value::Null, 4_000_022),
            ("GET", format!("/inApps/v2/history/{id}?revoked=maybe"), Value::Null, 4_000_030),
            ("GET", format!("/inApps/v2/history/{id}?inAppOwnershipType=MINE"), Value::Null, 4_000_026),
            ("GET", format!("/inApps/v2/history/{id}?revision=bad"), Value::Null, 4_000_005),
            ("GET", format!("/inApps/v1/subscriptions/{chain}?status=9"), Value::Null, 4_000_031),
            ("GET", "/inApps/v2/refund/lookup/99".to_owned(), Value::Null, 4_040_010),
            ("PUT", consumption.clone(), with(json!({ "customerConsented": false })), 4_000_035),
            ("PUT", consumption.clone(), with(json!({ "sampleContentProvided": 1 })), 4_000_041),
            ("PUT", consumption.clone(), with(json!({ "deliveryStatus": "LOST" })), 4_000_036),
            ("PUT", format!("/inApps/v2/transactions/consumption/{chain}"), with(json!({ "consumptionPercentage": 1 })), 4_000_209),
            ("PUT", token_path.clone(), json!({ "appAccountToken": "me" }), 4_000_183),
            ("PUT", "/inApps/v1/transactions/99/appAccountToken".into(), json!({ "appAccountToken": uuid::Uuid::new_v4().to_string() }), 4_040_005),
            ("PUT", extend.clone(), json!({ "extendByDays": 91, "extendReasonCode": 1, "requestIdentifier": "r" }), 4_000_009),
            ("PUT", extend.clone(), json!({ "extendByDays": 1, "extendReasonCode": 4, "requestIdentifier": "r" }), 4_000_010),
            ("PUT", extend.clone(), json!({ "extendByDays": 1, "extendReasonCode": 1 }), 4_000_011),
            ("PUT", "/inApps/v1/subscriptions/extend/99".into(), json!({ "extendByDays": 1, "extendReasonCode": 1, "requestIdentifier": "r" }), 4_040_005),
            ("GET", "/inApps/v1/subscriptions/extend/mass/vip/none".into(), Value::Null, 4_040_009),
            ("POST", history.into(), json!({ "endDate": now }), 4_000_015),
            ("POST", history.into(), json!({ "startDate": now }), 4_000_016),
            ("POST", history.into(), json!({ "startDate": now, "endDate": now }), 4_000_013),
            ("POST", history.into(), json!({ "startDate": 0, "endDate": now }), 4_000_012),
            ("POST", history.into(), window(json!({ "notificationType": "NONE" })), 4_000_018),
            ("POST", history.into(), window(json!({ "notificationSubtype": "UPGRADE" })), 4_000_018),
            ("POST", history.into(), window(json!({ "notificationType": "REFUND", "transactionId": id })), 4_000_019),
            ("POST", format!("{history}?paginationToken=bad"), window(json!({})), 4_000_014),
            ("GET", "/inApps/v1/notifications/test/bad".into(), Value::Null, 4_000_020),
            ("GET", format!("/inApps/v1/notifications/test/{}_1", uuid::Uuid::new_v4()), Value::Null, 4_040_008),
        ] {
            let status = u16::try_from(expected / 10_000).expect("small");
            assert_eq!(code(&store, method, &path, body.clone()).await, (status, expected), "{method} {path} {body}");
        }
    }

    async fn an_extension_moves_the_end_once(state: TestState) {
        let store = Store::open(&state).await;
        let (app, now) = (store.app().await, state.clock.now());
        let chain = store.subscribe("p", json!({})).await;
        let before = store.standing(&chain).await["expiresAt"].clone();
        let ask = Extension { extend_by_days: 10, extend_reason_code: 1, request_identifier: "first".into() };
        let apple = state.stores.apple();
        let once = apple.extend_renewal(&app, &chain, &ask, now).await.expect("extended");
        let again = apple.extend_renewal(&app, &chain, &ask, now).await.expect("the same");
        assert_eq!(once, again);
        let after = Timestamp::parse_rfc3339(store.standing(&chain).await["expiresAt"].as_str().expect("a time"));
        let before = Timestamp::parse_rfc3339(before.as_str().expect("a time")).expect("a time");
        assert_eq!(after, Some(before.plus_millis(10 * Timestamp::DAY)));
        let second = Extension { request_identifier: "second".into(), ..ask.clone() };
        apple.extend_renewal(&app, &chain, &second, now).await.expect("twice a year");
        let third = json!({ "extendByDays": 10, "extendReasonCode": 1, "requestIdentifier": "third" });
        let path = format!("/inApps/v1/subscriptions/extend/{chain}");
        assert_eq!(code(&store, "PUT", &path, third).await, (403, 4_030_005));
    }

    async fn a_test_notification_and_its_history_are_found(state: TestState) {
        let store = Store::open(&state).await;
        let (app, now) = (store.app().await, state.clock.now());
        let apple = state.stores.apple();
        let token = apple.request_test_notification(&app, AppleEnvironment::Sandbox, now).await.expect("requested");
        assert!(apple.get_test_notification(&app, AppleEnvironment::Sandbox, &token, now).await.is_err(), "not sent yet");
        assert_eq!(store.deliver().await, 1);
        let told = apple.get_test_notification(&app, AppleEnvironment::Sandbox, &token, now).await.expect("sent");
        assert_eq!(told.send_attempts[0].send_attempt_result.as_deref(), Some("SUCCESS"));
        let body = json!({ "signedPayload": told.signed_payload });
        let delivery = Delivery { address: "AS/v2", url: "", authorization: None, body: &body, bytes: &[] };
        let kept = apple.authenticate(&app, delivery, now).await.expect("genuine");
        assert_eq!(apple.parse(&app, &kept.raw).expect("readable").kind, "TEST");
        let query = NotificationHistoryRequest {
            start_date: now.plus_millis(-Timestamp::DAY), end_date: now.plus_millis(1), notification_type: Some("TEST".into()),
            notification_subtype: None, transaction_id: None, only_failures: false,
        };
        let found = apple.list_notifications(&app, AppleEnvironment::Sandbox, &query, None, now).await.expect("history");
        assert_eq!((found.items.len(), found.has_more), (1, false));
        store.set("notice-address", json!({ "storeAppId": BUNDLE, "url": "" })).await;
        assert_eq!(code(&store, "POST", "/inApps/v1/notifications/test", Value::Null).await, (404, 4_040_007));
    }

    async fn faults_and_limits_answer_as_apple_does(state: TestState) {
        let store = Store::open(&state).await;
        let id = buy(&store, "p").await;
        let path = format!("/inApps/v1/transactions/{id}");
        store.set("faults", json!({ "api": { "status": 500, "errorCode": 5_000_001, "calls": 1 } })).await;
        assert_eq!(code(&store, "GET", &path, Value::Null).await, (500, 5_000_001));
        assert_eq!(code(&store, "GET", &path, Value::Null).await, (200, 0), "one call only");
        store.set("faults", json!({ "api": { "status": 429, "retryAfterMillis": 1500 } })).await;
        let good = format!("Bearer {}", token(&store, json!({})).await);
        let headers = store.shop.headers("GET", &format!("/simulator{path}"), &[("authorization", &good)]).await;
        let expected = (state.clock.now().0 + 1_500).to_string();
        assert_eq!(headers["retry-after"].to_str().ok(), Some(expected.as_str()));
        assert_eq!(headers["content-type"].to_str().ok(), Some("application/json"));
        store.set("faults", json!({ "rateLimits": true })).await;
        let mut answers = Vec::new();
        for _ in 0..6 {
            answers.push(code(&store, "GET", &path, Value::Null).await.0);
        }
        assert_eq!(answers, [200, 200, 200, 200, 200, 429], "the sandbox has a tenth of fifty");
        store.set("faults", json!({ "unreleased": true })).await;
        assert_eq!(code(&store, "GET", &format!("/production{path}"), Value::Null).await, (401, 0));
        assert_eq!(code(&store, "GET", &path, Value::Null).await, (200, 0));
    }
}
