//! Extending a subscription at the App Store, by a game server and from the console.

use axum::http::{Method, StatusCode};
use purser::model::{Role, Timestamp};
use purser::router::router;
use serde_json::{Value, json};

use crate::apple_life::{self, CHAIN, DAY, MONTH, payment_of, period, renewal, subscription, tell, told};
use crate::apple_store::FakeStore;
use crate::people::{account, call, session};
use crate::shop::{Key, Shop, text};
use crate::support::{START, TestState, on_both};

async fn start(state: &TestState) -> (Shop, FakeStore, String) {
    let shop = apple_life::open(state).await;
    tell(state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), period("1", 0, json!({}))).renewing(renewal(0, json!({})))).await;
    let id = text(&subscription(&shop).await, "subscriptionId");
    (shop, FakeStore::open(state).await, id)
}

fn will_extend(state: &TestState, store: &FakeStore, days: i64) -> i64 {
    let end = START.0 + MONTH + days * DAY;
    let answer = json!({ "originalTransactionId": CHAIN, "webOrderLineItemId": "1", "success": true, "effectiveDate": end });
    store.says(&format!("v1/subscriptions/extend/{CHAIN}"), StatusCode::OK, answer);
    let longer = period("1", 0, json!({ "expiresDate": end, "signedDate": START.0 + DAY }));
    store.chain_stands(state, 1, &longer, &renewal(DAY, json!({})));
    end
}

async fn extend(shop: &Shop, id: &str, body: Value) -> (StatusCode, Value) {
    shop.call(Key::Secret, "POST", &format!("/api/v1/subscriptions/{id}/extend"), body).await
}

on_both! {
    async fn the_store_extends_it_once(state: TestState) {
        let (shop, store, id) = start(&state).await;
        let end = Timestamp(will_extend(&state, &store, 10)).to_rfc3339();
        let mut identifiers = Vec::new();
        for _ in 0..2 {
            let (status, body) = extend(&shop, &id, json!({ "extendByDays": 10, "reason": "SERVICE_ISSUE" })).await;
            assert_eq!((status, &body["effectiveDate"], &body["periodEnd"]), (StatusCode::OK, &json!(end), &json!(end)), "{body}");
            let (method, path, sent) = store.asked().remove(0);
            assert_eq!((method, path), (Method::PUT, format!("v1/subscriptions/extend/{CHAIN}")));
            assert_eq!((&sent["extendByDays"], &sent["extendReasonCode"]), (&json!(10), &json!(3)));
            identifiers.push(text(&sent, "requestIdentifier"));
        }
        assert_eq!(identifiers[0], identifiers[1], "a repeat is the same extension");
        assert_eq!(payment_of(&shop, "1").await["expiresAt"], json!(end));
        let detail = shop.payment(&text(&payment_of(&shop, "1").await, "paymentSeq")).await;
        let lines = detail["events"].as_array().expect("lines");
        let line = lines.iter().find(|line| line["kind"] == "EXTEND").expect("a line");
        assert_eq!((&line["reason"], &line["actor"]), (&json!("by 10 days, SERVICE_ISSUE"), &json!("SERVER")));
        assert_eq!(extend(&shop, &id, json!({ "extendByDays": 9 })).await.0, StatusCode::OK);
        let (_, _, sent) = store.asked().remove(0);
        assert_ne!(text(&sent, "requestIdentifier"), identifiers[0]);
        assert_eq!(sent["extendReasonCode"], 0);
    }

    async fn refusals_are_told_apart(state: TestState) {
        let (shop, store, id) = start(&state).await;
        for (body, status, param) in [
            (json!({ "extendByDays": 0 }), 422, "extendByDays"),
            (json!({ "extendByDays": 91 }), 422, "extendByDays"),
            (json!({ "extendByDays": 5, "reason": "BORED" }), 422, "reason"),
        ] {
            let (found, answer) = extend(&shop, &id, body).await;
            assert_eq!((found.as_u16(), &answer["param"]), (status, &json!(param)), "{answer}");
        }
        assert_eq!(extend(&shop, "1", json!({ "extendByDays": 5 })).await.0, StatusCode::NOT_FOUND);
        assert!(store.asked().is_empty());
        for (code, status, expected) in [
            (4_030_004, 409, "EXTENSION_INELIGIBLE"),
            (4_030_005, 409, "EXTENSION_LIMIT"),
            (4_030_007, 409, "EXTENSION_FAMILY_SHARED"),
            (4_040_005, 404, "NOT_FOUND"),
        ] {
            store.refuses(&format!("v1/subscriptions/extend/{CHAIN}"), code);
            let (found, answer) = extend(&shop, &id, json!({ "extendByDays": 5 })).await;
            assert_eq!((found.as_u16(), &answer["code"]), (status, &json!(expected)), "{answer}");
        }
        store.says(&format!("v1/subscriptions/extend/{CHAIN}"), StatusCode::OK, json!({ "success": false }));
        assert_eq!(extend(&shop, &id, json!({ "extendByDays": 5 })).await.1["code"], "EXTENSION_INELIGIBLE");
        store.asked();
        state.clock.advance(2 * MONTH);
        assert_eq!(extend(&shop, &id, json!({ "extendByDays": 5 })).await.1["code"], "EXTENSION_INELIGIBLE");
        assert!(store.asked().is_empty(), "what is over is not asked for");
        let detail = shop.payment(&text(&payment_of(&shop, "1").await, "paymentSeq")).await;
        assert!(detail["events"].as_array().expect("lines").iter().all(|line| line["kind"] != "EXTEND"));
    }

    async fn an_operator_does_it_and_it_is_audited(state: TestState) {
        let (shop, store, id) = start(&state).await;
        will_extend(&state, &store, 7);
        let app = router(state.state.clone());
        let form = [
            ("input[project]", shop.project.as_str()), ("input[subscription]", id.as_str()), ("input[extendByDays]", "7"),
            ("input[reason]", "OTHER"),
        ];
        let support = account(&state, "support@example.com", false, Some((&shop.project, Role::Support))).await;
        let refused = call(&app, "/fn/extend_subscription", &form, Some(&session(&state, &support).await)).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(store.asked().is_empty());
        let operator = account(&state, "operator@example.com", false, Some((&shop.project, Role::Operator))).await;
        let operator = session(&state, &operator).await;
        assert_eq!(call(&app, "/fn/extend_subscription", &form, Some(&operator)).await.status, StatusCode::OK);
        assert_eq!(subscription(&shop).await["periodEnd"], Timestamp(START.0 + MONTH + 7 * DAY).to_rfc3339());
        let query = purser::model::AuditQuery::default();
        let audited = purser::audit::list(&state, &query).await.expect("lists");
        let row = audited.items.iter().find(|row| row.action == "subscription.extend").expect("a row");
        assert_eq!(row.actor, "operator@example.com");
    }
}
