//! App Store notifications of version 1: refused where the app does not take them, never believed where it does.

use axum::http::StatusCode;
use purser::audit::By;
use purser::jobs::ApplyNotifications;
use purser::model::{NotificationQuery, NotificationStatus, StoreNotification};
use purser::notifications;
use purser::projects::{self, AppInput};
use serde_json::{Value, json};

use crate::apple_life::{
    self, CHAIN, DAY, MONTH, account_token, apple_app, gem, payment_of, period, renewal, subscription, tell, told, unconsumed,
};
use crate::apple_store::FakeStore;
use crate::shop::{BUNDLE, Key, Shop};
use crate::support::{START, TestState, on_both, run};

const PATH: &str = "/callback/subscription/com.example.game/AS";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

async fn set(state: &TestState, shop: &Shop, fields: &[(&str, &str)]) {
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let input = AppInput { fields, ..AppInput::default() };
    let app = apple_app(state, &shop.project).await;
    projects::update_app(state, &By::System("test"), &shop.project, app, &input).await.expect("is set");
}

/// A shop whose app takes notifications of version 1, with a subscriber whose first period is known.
async fn start(state: &TestState) -> Shop {
    let shop = apple_life::open(state).await;
    set(state, &shop, &[("notice_mode", "V1"), ("shared_secret", SECRET)]).await;
    let first = period("1", 0, json!({ "appAccountToken": account_token(&shop, "player-1").await }));
    tell(state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), first).renewing(renewal(0, json!({})))).await;
    shop
}

/// A notification as Apple posts it: every number in it is text.
fn notification(kind: &str, items: &[Value]) -> Value {
    let item = |signed: &Value| {
        let mut item = json!({});
        for (name, of) in [
            ("transaction_id", "transactionId"),
            ("original_transaction_id", "originalTransactionId"),
            ("product_id", "productId"),
            ("purchase_date_ms", "purchaseDate"),
            ("expires_date_ms", "expiresDate"),
            ("cancellation_date_ms", "revocationDate"),
        ] {
            match &signed[of] {
                Value::String(text) => item[name] = json!(text),
                Value::Number(number) => item[name] = json!(number.to_string()),
                _ => {}
            }
        }
        item
    };
    let items: Vec<Value> = items.iter().map(item).collect();
    json!({
        "notification_type": kind, "password": SECRET, "environment": "Sandbox", "bid": BUNDLE, "bvrs": "1",
        "unified_receipt": { "status": 0, "environment": "Sandbox", "latest_receipt": "bm8=", "latest_receipt_info": items },
    })
}

async fn post(shop: &Shop, body: &Value) -> (StatusCode, Value) {
    shop.call(Key::None, "POST", PATH, body.clone()).await
}

async fn newest(state: &TestState, shop: &Shop) -> (usize, StoreNotification) {
    let page = notifications::list(state, &shop.project, &NotificationQuery::default()).await.expect("lists");
    (page.items.len(), page.items[0].clone())
}

on_both! {
    async fn only_an_app_that_takes_them_and_a_sender_who_knows_the_secret(state: TestState) {
        let shop = apple_life::open(&state).await;
        let good = notification("DID_RENEW", &[period("2", MONTH, json!({}))]);
        let (status, body) = post(&shop, &good).await;
        assert_eq!((status, &body["code"]), (StatusCode::FORBIDDEN, &json!("V1_NOTICES_OFF")), "off unless chosen");
        set(&state, &shop, &[("notice_mode", "V1")]).await;
        assert_eq!(post(&shop, &good).await.0, StatusCode::UNAUTHORIZED, "no secret is stored");
        set(&state, &shop, &[("shared_secret", SECRET)]).await;
        let changed = |name: &str, value: Value| { let mut body = good.clone(); body[name] = value; body };
        for (body, status, why) in [
            (changed("password", json!("0123456789abcdef0123456789abcdee")), StatusCode::UNAUTHORIZED, "a wrong secret"),
            (changed("password", Value::Null), StatusCode::UNAUTHORIZED, "no secret"),
            (changed("bid", json!("com.other")), StatusCode::FORBIDDEN, "another bundle"),
            (changed("environment", json!("PROD")), StatusCode::FORBIDDEN, "another world"),
            (json!("text"), StatusCode::UNAUTHORIZED, "no object"),
            (changed("padding", json!("x".repeat(600 * 1024))), StatusCode::PAYLOAD_TOO_LARGE, "too large"),
        ] {
            assert_eq!(post(&shop, &body).await.0, status, "{why}");
        }
        assert_eq!(shop.send(PATH, "{".into(), &[]).await.0, StatusCode::BAD_REQUEST);
        let (status, _) = shop.call(Key::None, "POST", "/callback/subscription/com.nobody/AS", good.clone()).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let page = notifications::list(&state, &shop.project, &NotificationQuery::default()).await.expect("lists");
        assert!(page.items.is_empty());
        assert_eq!(post(&shop, &good).await.0, StatusCode::OK);
        let none = run(&state, ApplyNotifications).await.runs;
        assert_eq!((none, newest(&state, &shop).await.1.status), (1, NotificationStatus::Waiting), "the store is not there");
    }

    async fn it_is_kept_once_and_makes_us_look(state: TestState) {
        let shop = start(&state).await;
        let store = FakeStore::open(&state).await;
        state.clock.advance(MONTH + DAY);
        let renewed = period("2", MONTH, json!({}));
        store.chain_stands(&state, 1, &renewed, &renewal(MONTH, json!({})));
        store.refuses("v1/subscriptions/2000000000000077", 4_040_005);
        // It claims a period that nobody signed, and lies of another.
        let forged = period("3", 2 * MONTH, json!({ "originalTransactionId": "2000000000000077" }));
        let body = notification("DID_RENEW", &[forged, renewed, period("1", 0, json!({ "expiresDate": START.0 + 99 * MONTH }))]);
        for _ in 0..3 {
            assert_eq!(post(&shop, &body).await.0, StatusCode::OK);
        }
        run(&state, ApplyNotifications).await;
        let now = subscription(&shop).await;
        assert_eq!((&now["state"], &now["storeOrderId"], &now["userKey"]), (&json!("ACTIVE"), &json!("2"), &json!("player-1")));
        assert_eq!(payment_of(&shop, "2").await["source"], "NOTICE");
        let (count, kept) = newest(&state, &shop).await;
        assert_eq!((count, kept.status, kept.kind.as_str()), (2, NotificationStatus::Waiting, "DID_RENEW"));
        assert!(kept.reason.as_deref().is_some_and(|reason| reason.contains("not found")), "{kept:?}");
        let (_, payments) = shop.call(Key::Secret, "GET", "/api/v1/payments", Value::Null).await;
        assert_eq!(payments["items"].as_array().map(Vec::len), Some(2), "what the store does not know is nothing");
        let detail = notifications::get_detail(&state, &shop.project, kept.notice_no).await.expect("a notification");
        assert!(detail.decoded["password"].is_null() && detail.decoded["unified_receipt"]["status"] == 0, "no secret is kept");
    }

    async fn purchases_and_refunds_are_asked_for_by_their_ids(state: TestState) {
        let shop = start(&state).await;
        let store = FakeStore::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        let bought = gem("7", json!({ "appAccountToken": token }));
        store.knows(&state, &bought);
        store.chain_stands(&state, 1, &period("1", 0, json!({})), &renewal(1, json!({})));
        assert_eq!(post(&shop, &notification("INITIAL_BUY", &[bought.clone(), period("1", 0, json!({}))])).await.0, StatusCode::OK);
        assert_eq!(run(&state, ApplyNotifications).await.runs, 1);
        let (_, kept) = newest(&state, &shop).await;
        assert_eq!((kept.status, kept.effect.as_deref()), (NotificationStatus::Applied, Some("LOOKED_UP")));
        assert_eq!(unconsumed(&shop, "player-1").await, 1);
        let asked: Vec<String> = store.asked().into_iter().map(|(_, path, _)| path).collect();
        assert_eq!(asked, [format!("v1/subscriptions/{CHAIN}"), "v1/transactions/7".to_owned()], "period 1 is known");

        let claimed = gem("7", json!({ "revocationDate": START.0 + DAY }));
        assert_eq!(post(&shop, &notification("REFUND", &[claimed])).await.0, StatusCode::OK);
        run(&state, ApplyNotifications).await;
        assert_eq!(payment_of(&shop, "7").await["status"], "SUCCESS", "the store knows of no refund");
        let taken = gem("7", json!({ "revocationDate": START.0 + 2 * DAY, "signedDate": START.0 + 2 * DAY }));
        store.knows(&state, &taken);
        assert_eq!(post(&shop, &notification("REFUND", &[taken])).await.0, StatusCode::OK);
        run(&state, ApplyNotifications).await;
        assert_eq!((payment_of(&shop, "7").await["status"].clone(), unconsumed(&shop, "player-1").await), (json!("REFUND"), 0));
        let (_, kept) = newest(&state, &shop).await;
        assert_eq!(kept.order_id.as_deref(), Some("7"));

        let mut nothing = notification("DID_CHANGE_RENEWAL_STATUS", &[]);
        nothing["unified_receipt"] = Value::Null;
        assert_eq!(post(&shop, &nothing).await.0, StatusCode::OK);
        run(&state, ApplyNotifications).await;
        let (_, kept) = newest(&state, &shop).await;
        assert_eq!((kept.status, kept.effect.as_deref()), (NotificationStatus::WithoutEffect, Some("NOTHING_NAMED")));
    }
}
