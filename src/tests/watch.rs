//! What a project's operators watch: silent stores, refused purchases by cause, notifications that are not applied.

use axum::http::StatusCode;
use purser::model::{NotificationStatus, RefusalCode, Role, StoreCode, Watch};
use purser::router::router;
use purser::statistics::get_watch;
use serde_json::json;

use crate::apple_store::sign;
use crate::people::{account, session, visit};
use crate::shop::{BUNDLE, Key, Shop};
use crate::support::{START, TestState, on_both};

async fn watch(state: &TestState, shop: &Shop) -> Watch {
    get_watch(state, &shop.project).await.expect("numbers")
}

fn is_silent(watch: &Watch) -> bool {
    watch.apps.iter().any(|watch| watch.app.store == StoreCode::AppStore && watch.is_silent)
}

async fn sell(shop: &Shop, count: usize) {
    for number in 0..count {
        let (payment, account_token) = shop.reserve("AS", &format!("user-{number}"), "gem_100").await;
        let proof = shop.buy(json!({ "accountToken": account_token })).await;
        assert_eq!(shop.verify(&payment, &proof).await.0, StatusCode::OK);
    }
}

on_both! {
    async fn an_app_that_sells_while_its_store_is_silent_is_named_until_it_speaks(state: TestState) {
        let shop = Shop::open(&state).await;
        sell(&shop, 4).await;
        assert!(!is_silent(&watch(&state, &shop).await), "so few may be chance");
        sell(&shop, 1).await;
        let seen = watch(&state, &shop).await;
        assert!(is_silent(&seen) && seen.apps[0].sales == 5 && seen.apps[0].last_notification_at.is_none());
        let viewer = session(&state, &account(&state, "v@example.com", false, Some((&shop.project, Role::Viewer))).await).await;
        let page = visit(&router(state.state.clone()), &format!("/projects/{}/health", shop.project), Some(&viewer)).await;
        assert!(page.body.contains("The store sends no notifications"), "{}", page.status);
        let payload = json!({ "notificationType": "TEST", "notificationUUID": "00000000-0000-4000-8000-000000000001", "version": "2.0",
            "signedDate": START.0, "data": { "bundleId": BUNDLE, "environment": "Sandbox" } });
        let body = json!({ "signedPayload": sign(&state, &payload) });
        let path = format!("/callback/subscription/{BUNDLE}/AS/v2");
        assert_eq!(shop.call(Key::None, "POST", &path, body).await.0, StatusCode::OK);
        let seen = watch(&state, &shop).await;
        assert!(!is_silent(&seen) && seen.apps[0].notifications == 1 && seen.apps[0].last_notification_at.is_some());
        let waiting = seen.unapplied.iter().map(|group| (group.status, group.count)).collect::<Vec<_>>();
        assert_eq!(waiting, [(NotificationStatus::Waiting, 1)], "it is kept and not applied yet");
    }

    async fn refused_purchases_are_counted_by_app_and_cause(state: TestState) {
        let shop = Shop::open(&state).await;
        for user in ["ann", "bob"] {
            let (payment, account_token) = shop.reserve("AS", user, "gem_100").await;
            let other = shop.buy(json!({ "accountToken": account_token, "productId": "gem_500" })).await;
            assert_ne!(shop.verify(&payment, &other).await.0, StatusCode::OK);
        }
        let refused = watch(&state, &shop).await.refused;
        assert_eq!(refused.iter().map(|group| (group.refusal, group.count)).collect::<Vec<_>>(), [(RefusalCode::ProductMismatch, 2)]);
        let query = purser::model::PaymentQuery { refusal: Some(RefusalCode::ProductMismatch), ..Default::default() };
        let listed = purser::payments::list(&state, &shop.project, &query).await.expect("a page").items;
        assert_eq!(listed.len(), 2, "the row leads to them");
        let other = watch(&state, &Shop::of(&state, &purser::model::ProjectId("other".into()))).await;
        assert!(other.refused.is_empty() && other.apps.is_empty());
    }
}
