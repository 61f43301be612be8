//! App Store notifications at the front door: who is let in, and that each is kept once.

use axum::http::StatusCode;
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::jobs::ApplyNotifications;
use purser::model::{Environment, NotificationQuery, NotificationStatus, ProductType, StoreNotification, Timestamp};
use purser::notifications;
use purser::projects::{self, AppInput};
use purser::simulator::apple::Authority;
use serde_json::{Value, json};

use crate::apple_life::{self, gem, payment_of, period, post, subscription, tell, told};
use crate::shop::Key;
use crate::support::{START, TestState, on_both, run};

async fn kept(state: &TestState, shop: &crate::shop::Shop) -> usize {
    notifications::list(state, &shop.project, &NotificationQuery::default()).await.expect("lists").items.len()
}

async fn newest(state: &TestState, shop: &crate::shop::Shop) -> StoreNotification {
    let page = notifications::list(state, &shop.project, &NotificationQuery::default()).await.expect("lists");
    page.items.into_iter().next().expect("a notification")
}

fn tampered(body: &Value) -> Value {
    let mut token = body["signedPayload"].as_str().expect("a token").to_owned();
    token.replace_range(token.len() - 8.., "AAAAAAAA");
    json!({ "signedPayload": token })
}

on_both! {
    async fn one_that_waits_is_read_by_whom_the_app_trusts_then(state: TestState) {
        let shop = apple_life::open(&state).await;
        let app = apple_life::apple_app(&state, &shop.project).await;
        let bought = gem("1", json!({ "productId": "later" }));
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, bought)).await;
        let first = newest(&state, &shop).await;
        assert_eq!(first.status, NotificationStatus::Waiting, "no such product is configured: {first:?}");
        let input = AppInput { environment: Some(Environment::Sandbox), ..AppInput::default() };
        projects::update_app(&state, &By::System("test"), &shop.project, app, &input).await.expect("changes");
        let details = ProductInput::default();
        let new = NewProduct { app, store_product_id: "later", product_type: ProductType::Consumable, details: &details };
        catalog::create_product(&state, &By::System("test"), &shop.project, &new).await.expect("a product");
        state.clock.advance(Timestamp::MINUTE);
        run(&state, ApplyNotifications).await;
        let second = newest(&state, &shop).await;
        assert_eq!((second.status, second.attempts), (NotificationStatus::Waiting, first.attempts + 1), "{second:?}");
        let (_, payments) = shop.call(Key::Secret, "GET", "/api/v1/payments", Value::Null).await;
        assert_eq!(payments["items"], json!([]), "the simulator signs nothing for a SANDBOX app");
    }

    async fn what_is_not_for_us_has_no_effect(state: TestState) {
        let shop = apple_life::open(&state).await;
        let good = told("ONE_TIME_CHARGE", None, gem("1", json!({})));
        let stranger = Authority::generate(START).expect("keys");
        let sign = |payload: Value| json!({ "signedPayload": stranger.sign_jws(&payload).expect("signs") });
        let foreign = sign(json!({ "notificationType": "TEST", "notificationUUID": "u", "signedDate": START.0,
            "data": { "environment": "Sandbox", "bundleId": crate::shop::BUNDLE } }));
        let inner = stranger.sign_jws(&gem("2", json!({}))).expect("signs");
        let cases = [
            (json!({}), StatusCode::BAD_REQUEST, "no payload"),
            (json!([1]), StatusCode::BAD_REQUEST, "no object"),
            (json!({ "signedPayload": "a.b.c" }), StatusCode::UNAUTHORIZED, "no JWS"),
            (tampered(&good.sign(&state)), StatusCode::UNAUTHORIZED, "another signature"),
            (foreign, StatusCode::UNAUTHORIZED, "another root"),
            (good.clone().with_data(json!({ "signedTransactionInfo": inner })).sign(&state), StatusCode::UNAUTHORIZED, "a forged part"),
            (good.clone().with_data(json!({ "bundleId": "com.other" })).sign(&state), StatusCode::FORBIDDEN, "another bundle"),
            (good.clone().with_data(json!({ "environment": "Production" })).sign(&state), StatusCode::FORBIDDEN, "another world"),
            (told("ONE_TIME_CHARGE", None, gem("3", json!({ "bundleId": "com.other" }))).sign(&state), StatusCode::FORBIDDEN, "a part of another app"),
            (json!({ "signedPayload": "x".repeat(600 * 1024) }), StatusCode::PAYLOAD_TOO_LARGE, "too large"),
        ];
        for (body, status, why) in cases {
            assert_eq!(post(&shop, body).await, status, "{why}");
        }
        let (status, _) = shop.call(Key::None, "POST", "/callback/subscription/com.nobody/AS/v2", good.sign(&state)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert_eq!(kept(&state, &shop).await, 0);
        let (_, body) = shop.call(Key::Secret, "GET", "/api/v1/payments", Value::Null).await;
        assert_eq!(body["items"], json!([]));
    }

    async fn a_notification_is_kept_once_and_applied_once(state: TestState) {
        let shop = apple_life::open(&state).await;
        let notification = told("ONE_TIME_CHARGE", None, gem("1", json!({})));
        let body = notification.sign(&state);
        for _ in 0..3 {
            assert_eq!(post(&shop, body.clone()).await, StatusCode::OK);
        }
        let page = notifications::list(&state, &shop.project, &NotificationQuery::default()).await.expect("lists");
        assert_eq!((page.items.len(), page.items[0].status), (1, NotificationStatus::Waiting));
        assert_eq!(run(&state, ApplyNotifications).await.runs, 1);
        assert_eq!(post(&shop, body).await, StatusCode::OK, "again, after it was applied");
        assert_eq!(run(&state, ApplyNotifications).await.runs, 0);
        let payment = payment_of(&shop, "1").await;
        assert_eq!((&payment["status"], &payment["source"], &payment["userKey"]), (&json!("SUCCESS"), &json!("NOTICE"), &json!("")));
        let again = told("ONE_TIME_CHARGE", None, gem("1", json!({})));
        tell(&state, &shop, &again).await;
        payment_of(&shop, "1").await;
    }

    async fn unknown_types_are_recorded(state: TestState) {
        let shop = apple_life::open(&state).await;
        for kind in ["TEST", "SOMETHING_NEW"] {
            let mut notification = told(kind, None, Value::Null);
            notification.transaction = None;
            tell(&state, &shop, &notification).await;
        }
        tell(&state, &shop, &told("SOMETHING_NEWER", Some("X"), period("1", 0, json!({})))).await;
        let page = notifications::list(&state, &shop.project, &NotificationQuery::default()).await.expect("lists");
        let shown: Vec<_> = page.items.iter().map(|notification| (notification.kind.as_str(), notification.effect.as_deref())).collect();
        assert_eq!(shown, [("SOMETHING_NEWER", Some("UNKNOWN_TYPE")), ("SOMETHING_NEW", Some("UNKNOWN_TYPE")), ("TEST", Some("TEST"))]);
        assert!(page.items.iter().all(|notification| notification.status == NotificationStatus::WithoutEffect));
    }

    async fn a_product_that_is_missing_is_waited_for_then_given_up_and_tried_again(state: TestState) {
        let shop = apple_life::open(&state).await;
        let notification = told("SUBSCRIBED", Some("INITIAL_BUY"), period("1", 0, json!({ "productId": "platinum" })));
        tell(&state, &shop, &notification).await;
        let find = async || {
            let page = notifications::list(&state, &shop.project, &NotificationQuery::default()).await.expect("lists");
            page.items[0].clone()
        };
        let waiting = find().await;
        assert_eq!((waiting.status, waiting.attempts), (NotificationStatus::Waiting, 1));
        assert!(waiting.reason.as_deref().is_some_and(|reason| reason.contains("platinum")), "{waiting:?}");
        for _ in 0..20 {
            state.clock.advance(apple_life::DAY);
            run(&state, ApplyNotifications).await;
        }
        let dead = find().await;
        assert_eq!((dead.status, dead.due_at), (NotificationStatus::Dead, None));

        let app = apple_life::apple_app(&state, &shop.project).await;
        let details = purser::catalog::ProductInput::default();
        let new = purser::catalog::NewProduct {
            app, store_product_id: "platinum", product_type: purser::model::ProductType::AutoSubscription, details: &details,
        };
        let by = purser::audit::By::System("test");
        purser::catalog::create_product(&state, &by, &shop.project, &new).await.expect("a product");
        notifications::apply_again(&state, &by, &shop.project, dead.notice_no).await.expect("is due");
        run(&state, ApplyNotifications).await;
        let done = find().await;
        assert_eq!((done.status, done.effect.as_deref(), done.reason), (NotificationStatus::Applied, Some("SUBSCRIPTION_STARTED"), None));
        assert_eq!(subscription(&shop).await["productId"], "platinum");
        let refused = notifications::apply_again(&state, &by, &shop.project, dead.notice_no).await;
        assert_eq!(refused.expect_err("is applied").code(), "NOT_WAITING");
        let detail = notifications::get_detail(&state, &shop.project, dead.notice_no).await.expect("a notification");
        assert_eq!(detail.decoded["data"]["signedTransactionInfo"]["productId"], "platinum");
        assert!(detail.payment_seq.is_some() && detail.subscription_id.is_some());
    }

    async fn a_worker_that_dies_leaves_its_notifications_to_another(state: TestState) {
        let shop = apple_life::open(&state).await;
        assert_eq!(post(&shop, told("ONE_TIME_CHARGE", None, gem("1", json!({}))).sign(&state)).await, StatusCode::OK);
        let lease = purser::db::queue::Lease::new("dead", state.clock.now(), state.clock.now().plus_millis(60_000));
        let claim = state.db.write(async |tx| {
            let app = purser::db::notifications::list_due_apps(tx, &lease, 10).await?[0];
            purser::db::notifications::claim(tx, app, &lease, 10).await
        });
        assert_eq!(claim.await.expect("claims").len(), 1);
        let other = state.another_process().await;
        assert_eq!(run(&other, ApplyNotifications).await.runs, 0, "it is in a worker's hands");
        state.clock.advance(61_000);
        assert_eq!(run(&other, ApplyNotifications).await.runs, 1);
        payment_of(&shop, "1").await;
    }

    async fn every_app_of_the_bundle_that_trusts_it_gets_it(state: TestState) {
        let shop = apple_life::open(&state).await;
        let by = purser::audit::By::System("test");
        let project = projects::create_project(&state, &by, "Twin", None).await.expect("a project").id;
        let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
        projects::create_app(&state, &by, &project, purser::model::StoreCode::AppStore, crate::shop::BUNDLE, &input).await.expect("an app");
        let live = projects::create_project(&state, &by, "Live", None).await.expect("a project").id;
        projects::create_app(&state, &by, &live, purser::model::StoreCode::AppStore, crate::shop::BUNDLE, &AppInput::default()).await.expect("an app");
        assert_eq!(post(&shop, told("ONE_TIME_CHARGE", None, gem("1", json!({}))).sign(&state)).await, StatusCode::OK);
        assert_eq!(kept(&state, &shop).await, 1);
        for (project, count) in [(project, 1), (live, 0)] {
            let page = notifications::list(&state, &project, &NotificationQuery::default()).await.expect("lists");
            assert_eq!(page.items.len(), count);
        }
    }
}
