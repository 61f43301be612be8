//! Each endpoint's method, path, query and body, as docs/stores/apple.md, App Store Server API: endpoints, has them.

use super::*;
use crate::simulator::apple::Authority;
use crate::stores::apple::api::{
    ApiFailure, Consumption, CustomerGroup, Extension, ExtensionAnswer, GroupRole, HistoryQuery, MassExtension,
    NotificationHistoryRequest, SendAttempt,
};

/// A store that says one thing, and the adapter of an app that trusts what it signs.
struct Stage {
    fake: FakeStore,
    store: AppleStore,
    app: StoreApp,
}

/// The answer is made by one who can sign.
async fn stage(answer: impl Fn(&Authority) -> Value) -> Stage {
    let authority = Authority::generate(NOW).unwrap();
    let fake = FakeStore::saying(answer(&authority)).await;
    let store = AppleStore::new(vec![authority.root_der().to_vec()], hosts(&fake), QUICK).unwrap();
    Stage { fake, store, app: app_with_key(Environment::Simulator) }
}

impl Stage {
    /// All paths but those of groups begin alike.
    fn full(path: &str) -> String {
        let part = if path.starts_with("groups/") { "" } else { "inApps/" };
        format!("/simulator/{part}{path}")
    }

    #[track_caller]
    fn assert_asked(&self, method: &str, path: &str, body: Value) {
        let seen = self.fake.seen();
        assert_eq!(seen.len(), 1);
        let seen = &seen[0];
        assert_eq!((seen.method.as_str(), seen.path.as_str()), (method, Self::full(path).as_str()));
        assert_eq!(seen.json(), body);
        assert!(seen.header("authorization").starts_with("Bearer ey"));
        assert_eq!(seen.header("accept"), "application/json");
        assert!(seen.header("user-agent").starts_with("purser/"));
        let content_type = if body.is_null() { "" } else { "application/json" };
        assert_eq!(seen.header("content-type"), content_type);
    }
}

fn sign(authority: &Authority, changes: Value) -> String {
    let mut payload = transaction();
    payload.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    authority.sign_jws(&payload).unwrap()
}

#[tokio::test]
async fn get_transaction() {
    let stage = stage(|by| json!({ "signedTransactionInfo": sign(by, json!({})) })).await;
    let signed = stage.store.get_transaction(&stage.app, "2000000000000001", NOW).await.unwrap();
    stage.assert_asked("GET", "v1/transactions/2000000000000001", Value::Null);
    assert_eq!(signed.data.transaction_id.as_deref(), Some("2000000000000001"));
    assert_eq!(Value::Object(signed.payload.members), transaction());
}

#[tokio::test]
async fn list_history() {
    let stage = stage(|by| {
        let tokens = [sign(by, json!({})), sign(by, json!({ "transactionId": "2" }))];
        json!({ "revision": "r2", "hasMore": true, "bundleId": "game.example", "environment": "Sandbox", "signedTransactions": tokens })
    })
    .await;
    let query = HistoryQuery {
        revision: Some("r1".into()),
        start_date: Some(Timestamp(1)),
        end_date: Some(Timestamp(2)),
        product_ids: vec!["a".into(), "b".into()],
        product_types: vec!["CONSUMABLE"],
        subscription_groups: vec!["g".into()],
        revoked: Some(false),
        is_descending: true,
        apple_environment: None,
    };
    let page = stage.store.list_history(&stage.app, "7", &query, NOW).await.unwrap();
    let query = "revision=r1&startDate=1&endDate=2&sort=DESCENDING&revoked=false&productId=a&productId=b\
         &productType=CONSUMABLE&subscriptionGroupIdentifier=g";
    stage.assert_asked("GET", &format!("v2/history/7?{query}"), Value::Null);
    assert_eq!((page.revision.as_deref(), page.has_more, page.apple_environment), (Some("r2"), true, AppleEnvironment::Sandbox));
    assert_eq!(page.transactions[1].data.transaction_id.as_deref(), Some("2"));
}

#[tokio::test]
async fn list_refunds() {
    let stage = stage(|_| json!({ "revision": "r1", "hasMore": false, "signedTransactions": [] })).await;
    let page = stage.store.list_refunds(&stage.app, "7", None, NOW).await.unwrap();
    stage.assert_asked("GET", "v2/refund/lookup/7", Value::Null);
    assert!(page.transactions.is_empty() && !page.has_more);
    stage.store.list_refunds(&stage.app, "7", Some(&page), NOW).await.unwrap();
    assert!(stage.fake.paths()[1].ends_with("v2/refund/lookup/7?revision=r1"));
}

#[tokio::test]
async fn get_statuses() {
    let stage = stage(|by| {
        let chain = json!({ "originalTransactionId": "9" });
        let renewal =
            json!({ "originalTransactionId": "9", "environment": "Sandbox", "autoRenewStatus": 1, "signedDate": NOW.0 });
        let renewal = by.sign_jws(&renewal).unwrap();
        let last = json!({ "status": 4, "signedTransactionInfo": sign(by, chain), "signedRenewalInfo": renewal });
        json!({ "data": [{ "subscriptionGroupIdentifier": "g", "lastTransactions": [last] }, { "lastTransactions": [] }] })
    })
    .await;
    let statuses = stage.store.get_statuses(&stage.app, "9", NOW).await.unwrap();
    stage.assert_asked("GET", "v1/subscriptions/9", Value::Null);
    assert_eq!((statuses.len(), statuses[0].status, statuses[0].group.as_deref()), (1, 4, Some("g")));
    assert_eq!(statuses[0].renewal.as_ref().unwrap().data.auto_renew_status, Some(1));
}

#[tokio::test]
async fn customer_groups() {
    let role = json!({ "productId": "vip", "role": "ADMIN" });
    let organization = json!({ "groupId": "9", "groupType": "ORGANIZATION", "roles": [role], "more": 1 });
    let asked = stage(|_| json!({ "groups": [organization, { "groupId": "8", "groupType": "CLUB" }] })).await;
    let groups = asked.store.list_customer_groups(&asked.app, "7", NOW).await.unwrap();
    asked.assert_asked("GET", "groups/v1/currentGroups/7", Value::Null);
    let role = GroupRole { product_id: "vip".into(), role: "ADMIN".into() };
    let expected = CustomerGroup { group_id: "9".into(), group_type: "ORGANIZATION".into(), roles: vec![role] };
    assert_eq!((&groups[0], groups[1].group_type.as_str(), groups[1].roles.len()), (&expected, "CLUB", 0));
    let of_nobody = stage(|_| json!({})).await;
    assert!(of_nobody.store.list_customer_groups(&of_nobody.app, "7", NOW).await.unwrap().is_empty());

    let members = stage(|_| json!({ "members": [{ "appTransactionId": "70" }], "hasMore": true, "paginationToken": "t2" })).await;
    let page = members.store.list_group_members(&members.app, "9", Some("t1"), NOW).await.unwrap();
    members.assert_asked("GET", "groups/v1/group/9?paginationToken=t1", Value::Null);
    assert_eq!(page.members[0].app_transaction_id, "70");
    assert_eq!((page.has_more, page.pagination_token.as_deref()), (true, Some("t2")));
}

#[tokio::test]
async fn groups_are_asked_for_in_the_sandbox_alone() {
    let fake = FakeStore::saying(json!({ "groups": [] })).await;
    let store = AppleStore::new(Vec::new(), hosts(&fake), QUICK).unwrap();
    store.list_customer_groups(&app_with_key(Environment::Live), "7", NOW).await.unwrap();
    assert_eq!(fake.paths(), ["/s/groups/v1/currentGroups/7"]);
    let missing = FakeStore::start(|_, _| Reply::error(4_040_022)).await;
    let store = AppleStore::new(Vec::new(), hosts(&missing), QUICK).unwrap();
    let failure = store.list_group_members(&app_with_key(Environment::Simulator), "7", None, NOW).await.unwrap_err();
    assert_eq!(failure.code(), Some(4_040_022));
}

#[tokio::test]
async fn lookup_order() {
    let valid = stage(|by| json!({ "status": 0, "signedTransactions": [sign(by, json!({}))] })).await;
    assert_eq!(valid.store.lookup_order(&valid.app, "MVABCDEF12", NOW).await.unwrap().len(), 1);
    valid.assert_asked("GET", "v1/lookup/MVABCDEF12", Value::Null);
    let unknown = stage(|_| json!({ "status": 1 })).await;
    assert!(unknown.store.lookup_order(&unknown.app, "MVABCDEF12", NOW).await.unwrap().is_empty());
}

#[tokio::test]
async fn get_app_transaction() {
    let payload =
        json!({ "receiptType": "Sandbox", "bundleId": "game.example", "appTransactionId": "70", "receiptCreationDate": NOW.0 });
    let stage = stage(|by| json!({ "signedAppTransactionInfo": by.sign_jws(&payload).unwrap() })).await;
    let signed = stage.store.get_app_transaction(&stage.app, "7", NOW).await.unwrap();
    stage.assert_asked("GET", "v1/transactions/appTransactions/7", Value::Null);
    assert_eq!(signed.data.app_transaction_id.as_deref(), Some("70"));
}

#[tokio::test]
async fn send_consumption() {
    let stage = stage(|_| Value::Null).await;
    let consumption = Consumption {
        customer_consented: true,
        sample_content_provided: false,
        delivery_status: "DELIVERED",
        consumption_percentage: Some(100_000),
        refund_preference: None,
    };
    stage.store.send_consumption(&stage.app, "7", &consumption, NOW).await.unwrap();
    let body = json!({
        "customerConsented": true, "sampleContentProvided": false, "deliveryStatus": "DELIVERED", "consumptionPercentage": 100_000,
    });
    stage.assert_asked("PUT", "v2/transactions/consumption/7", body);
}

fn extension() -> Extension {
    Extension { extend_by_days: 30, extend_reason_code: 3, request_identifier: "id-1".into() }
}

#[tokio::test]
async fn extend_renewal() {
    let answer = json!({ "originalTransactionId": "7", "webOrderLineItemId": "8", "success": true, "effectiveDate": 5 });
    let stage = stage(|_| answer.clone()).await;
    let answer = stage.store.extend_renewal(&stage.app, "7", &extension(), NOW).await.unwrap();
    let body = json!({ "extendByDays": 30, "extendReasonCode": 3, "requestIdentifier": "id-1" });
    stage.assert_asked("PUT", "v1/subscriptions/extend/7", body);
    let expected = ExtensionAnswer {
        original_transaction_id: Some("7".into()),
        web_order_line_item_id: Some("8".into()),
        success: true,
        effective_date: Some(Timestamp(5)),
    };
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn extend_all_renewals() {
    let all =
        MassExtension { extension: extension(), product_id: "vip.month".into(), storefront_country_codes: vec!["KOR".into()] };
    let asked = stage(|_| json!({ "requestIdentifier": "id-1" })).await;
    assert_eq!(asked.store.extend_all_renewals(&asked.app, AppleEnvironment::Sandbox, &all, NOW).await.unwrap(), "id-1");
    let body = json!({
        "extendByDays": 30, "extendReasonCode": 3, "requestIdentifier": "id-1", "productId": "vip.month",
        "storefrontCountryCodes": ["KOR"],
    });
    asked.assert_asked("POST", "v1/subscriptions/extend/mass", body);
    let after = stage(|_| json!({ "requestIdentifier": "id-1", "complete": false })).await;
    assert!(!after.store.get_mass_extension(&after.app, AppleEnvironment::Sandbox, &all, NOW).await.unwrap().complete);
    after.assert_asked("GET", "v1/subscriptions/extend/mass/vip.month/id-1", Value::Null);
}

#[tokio::test]
async fn list_notifications() {
    let attempt = json!({ "attemptDate": 5, "sendAttemptResult": "A_NEW_WORD" });
    let answer = json!({ "notificationHistory": [{ "signedPayload": "a.b.c", "sendAttempts": [attempt] }], "hasMore": true, "paginationToken": "t2" });
    let stage = stage(|_| answer.clone()).await;
    let query = NotificationHistoryRequest {
        start_date: Timestamp(1),
        end_date: Timestamp(2),
        notification_type: Some("REFUND".into()),
        notification_subtype: None,
        transaction_id: None,
        only_failures: true,
    };
    let page = stage.store.list_notifications(&stage.app, AppleEnvironment::Sandbox, &query, Some("t1"), NOW).await.unwrap();
    let body = json!({ "startDate": 1, "endDate": 2, "notificationType": "REFUND", "onlyFailures": true });
    stage.assert_asked("POST", "v1/notifications/history?paginationToken=t1", body);
    assert_eq!((page.has_more, page.pagination_token.as_deref()), (true, Some("t2")));
    assert_eq!(page.items[0].signed_payload, "a.b.c");
    let attempt = SendAttempt { attempt_date: Some(Timestamp(5)), send_attempt_result: Some("A_NEW_WORD".into()) };
    assert_eq!(page.items[0].send_attempts, [attempt]);
}

#[tokio::test]
async fn test_notifications() {
    let asked = stage(|_| json!({ "testNotificationToken": "ce3af791-365e-4c60-841b-1674b43c1609_1656708609" })).await;
    let token = asked.store.request_test_notification(&asked.app, AppleEnvironment::Sandbox, NOW).await.unwrap();
    asked.assert_asked("POST", "v1/notifications/test", Value::Null);
    assert_eq!(asked.fake.seen()[0].header("content-length"), "0");
    let after = stage(|_| json!({ "signedPayload": "a.b.c", "sendAttempts": [] })).await;
    after.store.get_test_notification(&after.app, AppleEnvironment::Sandbox, &token, NOW).await.unwrap();
    after.assert_asked("GET", "v1/notifications/test/ce3af791-365e-4c60-841b-1674b43c1609_1656708609", Value::Null);
}

#[tokio::test]
async fn account_tokens_and_finishing() {
    let set = stage(|_| Value::Null).await;
    set.store.set_account_token(&set.app, "7", "7e3fb20b-4cdb-47cc-936d-99d65f608138", NOW).await.unwrap();
    set.assert_asked(
        "PUT",
        "v1/transactions/7/appAccountToken",
        json!({ "appAccountToken": "7e3fb20b-4cdb-47cc-936d-99d65f608138" }),
    );
    let finished = stage(|_| Value::Null).await;
    finished.store.finish_transaction(&finished.app, "7", NOW).await.unwrap();
    finished.assert_asked("POST", "v1/transactions/7/finish", Value::Null);
}

#[tokio::test]
async fn no_strange_id_reaches_the_store() {
    let stage = stage(|_| json!({})).await;
    for id in ["", "..", "1/../2", "1?a=b", "%2e%2e"] {
        let failure = stage.store.get_transaction(&stage.app, id, NOW).await.unwrap_err();
        assert!(matches!(failure, ApiFailure::Refused { code: Some(4_000_006), .. }), "{id:?}");
    }
    assert!(stage.fake.seen().is_empty());
}
