//! Genuine notifications that are new to us are kept and seen; what is none of them is refused by what it is.

use axum::http::StatusCode;
use purser::jobs::ApplyNotifications;
use purser::model::{NotificationQuery, NotificationStatus, StoreNotification};
use purser::notifications;
use serde_json::{Value, json};

use crate::apple_life::{self, gem, payment_of, period, post, renewal, told};
use crate::apple_store::{FakeStore, sign};
use crate::shop::{BUNDLE, Key, Shop, text};
use crate::support::{START, TestState, on_both, run};

const PATH: &str = "/callback/subscription/com.example.game/AS/v2";

/// A notification's body; its members are changed by `changes`.
fn signed(state: &TestState, changes: Value) -> Value {
    let mut payload = json!({
        "notificationType": "DID_RENEW", "notificationUUID": uuid::Uuid::new_v4().to_string(), "version": "2.0",
        "signedDate": START.0,
    });
    payload.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
    json!({ "signedPayload": sign(state, &payload) })
}

/// Posts one that must be taken; gives it as it is kept after the inbox was worked off.
async fn take(state: &TestState, shop: &Shop, body: Value) -> StoreNotification {
    let (status, answer) = shop.call(Key::None, "POST", PATH, body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    run(state, ApplyNotifications).await;
    let page = notifications::list(state, &shop.project, &NotificationQuery::default()).await.expect("lists");
    page.items.into_iter().next().expect("it is kept")
}

on_both! {
    async fn whatever_is_new_in_one_is_kept_without_effect_and_shown(state: TestState) {
        let shop = apple_life::open(&state).await;
        let here = |changes: Value| {
            let mut data = json!({ "bundleId": BUNDLE, "environment": "Sandbox" });
            data.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
            data
        };
        let strange = sign(&state, &gem("8", json!({ "quantity": 0 })));
        let preview = sign(&state, &gem("8", json!({ "environment": "Preview" })));
        for (changes, effect) in [
            (json!({ "subscriptionBundle": here(json!({})) }), "NO_TRANSACTION"),
            (json!({ "data": { "environment": "Sandbox" } }), "NO_TRANSACTION"),
            (json!({ "data": here(json!({ "environment": "Preview" })) }), "UNREADABLE"),
            (json!({ "data": here(json!({ "signedTransactionInfo": preview })) }), "UNREADABLE"),
            (json!({ "data": here(json!({ "signedTransactionInfo": strange })) }), "UNREADABLE"),
            (json!({ "data": here(json!({ "signedTransactionInfo": "a.b.c.d.e" })) }), "UNREADABLE"),
            (json!({ "data": here(json!({ "signedTransactionInfo": { "transactionId": 7 } })) }), "UNREADABLE"),
            (json!({ "data": here(json!({ "status": true, "appAppleId": "none" })), "subtype": 7 }), "NO_TRANSACTION"),
            (json!({ "notificationType": "NEW", "x": here(json!({})), "y": [null, 1.5] }), "UNKNOWN_TYPE"),
            (json!({ "notificationType": "NEW" }), "UNKNOWN_TYPE"),
            (json!({ "notificationType": "EXTERNAL_PURCHASE_TOKEN", "externalPurchaseToken": { "bundleId": BUNDLE } }), "RECORDED"),
            (json!({ "notificationType": "RESCIND_CONSENT", "appData": here(json!({ "signedAppTransactionInfo": 5 })) }), "RECORDED"),
            (json!({ "notificationType": "RENEWAL_EXTENSION", "summary": here(json!({ "failedCount": "0" })) }), "RECORDED"),
        ] {
            let kept = take(&state, &shop, signed(&state, changes.clone())).await;
            let shown = (kept.status, kept.effect.as_deref());
            assert_eq!(shown, (NotificationStatus::WithoutEffect, Some(effect)), "{changes}");
            let detail = notifications::get_detail(&state, &shop.project, kept.notice_no).await.expect("a notification");
            assert_eq!(detail.decoded["version"], "2.0", "{changes}");
        }
        let (_, payments) = shop.call(Key::Secret, "GET", "/api/v1/payments", Value::Null).await;
        assert_eq!(payments["items"], json!([]));
    }

    async fn how_a_subscription_goes_on_alone_makes_us_ask(state: TestState) {
        let shop = apple_life::open(&state).await;
        let store = FakeStore::open(&state).await;
        store.chain_stands(&state, 1, &period("1", 0, json!({})), &renewal(0, json!({ "autoRenewStatus": 0 })));
        let renewing = sign(&state, &renewal(0, json!({ "autoRenewStatus": 0 })));
        let data = json!({ "bundleId": BUNDLE, "environment": "Sandbox", "signedRenewalInfo": renewing });
        let kept = take(&state, &shop, signed(&state, json!({ "data": data }))).await;
        assert_eq!((kept.status, kept.effect.as_deref()), (NotificationStatus::Applied, Some("LOOKED_UP")), "{kept:?}");
        assert_eq!(kept.chain_id.as_deref(), Some(apple_life::CHAIN));
        assert_eq!(payment_of(&shop, "1").await["status"], "SUCCESS", "the period is recorded as the store answered");
    }

    async fn what_it_carries_counts_though_the_rest_is_new(state: TestState) {
        let shop = apple_life::open(&state).await;
        let bought = sign(&state, &gem("1", json!({ "newMember": { "deep": [1] } })));
        let kept = take(&state, &shop, signed(&state, json!({
            "notificationType": "ONE_TIME_CHARGE", "notificationUUID": 7, "subtype": "NEW", "more": [true],
            "data": { "environment": "Sandbox", "signedTransactionInfo": bought, "new": { "bundleId": 9 } },
        }))).await;
        assert_eq!(kept.status, NotificationStatus::Applied, "{kept:?}");
        assert_eq!(payment_of(&shop, "1").await["status"], "SUCCESS");
        let notification = told("DID_RENEW", None, period("2", 0, json!({}))).with_data(json!({ "signedRenewalInfo": "x" }));
        let kept = take(&state, &shop, notification.sign(&state)).await;
        assert_eq!(kept.status, NotificationStatus::Applied, "the renewal info alone can't be read: {kept:?}");
        assert_eq!(payment_of(&shop, "2").await["status"], "SUCCESS");
    }

    async fn its_size_and_what_stands_beside_it_do_not_matter(state: TestState) {
        let shop = apple_life::open(&state).await;
        let bought = gem("1", json!({ "advancedCommerceInfo": { "items": "x".repeat(160 * 1024) } }));
        let mut large = told("ONE_TIME_CHARGE", None, bought).sign(&state);
        large["version"] = json!("3.0");
        large["a line longer than any"] = json!("x".repeat(20_000));
        large["control"] = json!("\u{0}");
        let size = large.to_string().len();
        assert!(size > 300 * 1024, "{size}");
        let kept = take(&state, &shop, large.clone()).await;
        assert_eq!(kept.status, NotificationStatus::Applied, "{kept:?}");
        assert_eq!(post(&shop, large).await, StatusCode::OK);
        let page = notifications::list(&state, &shop.project, &NotificationQuery::default()).await.expect("lists");
        assert_eq!((page.items.len(), &payment_of(&shop, "1").await["status"]), (1, &json!("SUCCESS")));
    }

    async fn another_thing_that_is_signed_is_refused_by_its_members(state: TestState) {
        let shop = apple_life::open(&state).await;
        let app_transaction = json!({ "receiptType": "Sandbox", "bundleId": BUNDLE, "receiptCreationDate": START.0 });
        for (payload, reason) in [
            (gem("1", json!({})), "it has transactionId: it is a signed transaction"),
            (renewal(0, json!({})), "it has autoRenewStatus: it is a signed renewal info"),
            (app_transaction, "it has receiptType: it is a signed app transaction"),
        ] {
            let (status, answer) = shop.call(Key::None, "POST", PATH, json!({ "signedPayload": sign(&state, &payload) })).await;
            let detail = text(&answer, "detail");
            assert_eq!((status, &answer["code"]), (StatusCode::UNAUTHORIZED, &json!("NOTICE_NOT_GENUINE")));
            assert!(detail.contains("signedPayload.notificationType is missing") && detail.contains(reason), "{detail}");
        }
        let page = notifications::list(&state, &shop.project, &NotificationQuery::default()).await.expect("lists");
        assert!(page.items.is_empty());
    }
}
