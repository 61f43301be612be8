use super::world::ok;
use super::*;
use crate::stores::http::fake::Reply;
use crate::stores::{Action, ActionOutcome, Denial, RefundAnswer, RevokeRefund, StoreError, Subject};

async fn act(google: &Google, id: &str, action: Action) -> Result<ActionOutcome, StoreError> {
    google.store.act(&app(), Subject::of(id), &action, NOW.into()).await
}

fn sent(google: &Google) -> (String, Value) {
    let last = google.fake.seen().pop().unwrap();
    (google.asked().pop().unwrap(), last.json())
}

#[tokio::test]
async fn a_subscription_is_cancelled_and_revoked() {
    let google = Google::start(|_, _| ok(json!({}))).await;
    act(&google, TOKEN, Action::Cancel).await.unwrap();
    let body = json!({ "cancellationContext": { "cancellationType": "USER_REQUESTED_STOP_RENEWALS" } });
    assert_eq!(sent(&google), (format!("purchases/subscriptionsv2/tokens/{TOKEN}:cancel"), body));
    for (refund, name) in [(RevokeRefund::Full, "fullRefund"), (RevokeRefund::Prorated, "proratedRefund")] {
        act(&google, TOKEN, Action::Revoke { refund }).await.unwrap();
        let body = json!({ "revocationContext": { name: {} } });
        assert_eq!(sent(&google), (format!("purchases/subscriptionsv2/tokens/{TOKEN}:revoke"), body));
    }
}

#[tokio::test]
async fn an_order_is_refunded_with_or_without_its_access() {
    let google = Google::start(|_, _| Some(Reply::Raw(204, Vec::new(), ""))).await;
    for ends_access in [true, false] {
        act(&google, "GPA.1", Action::Refund { ends_access }).await.unwrap();
        assert_eq!(sent(&google).0, format!("orders/GPA.1:refund?revoke={ends_access}"));
    }
}

#[tokio::test]
async fn a_subscription_is_deferred_by_its_etag() {
    let google = Google::start(|path, _| match path.ends_with(":defer") {
        true => ok(json!({ "itemExpiryTimeDetails": [{ "productId": "vip", "expiryTime": "2026-02-01T00:00:00Z" }] })),
        false => ok(json!({ "etag": "e1", "lineItems": [{ "expiryTime": "2026-01-02T00:00:00Z" }] })),
    })
    .await;
    let outcome = act(&google, TOKEN, Action::Defer { days: 30, from: at("2026-01-02T00:00:00Z") }).await.unwrap();
    assert_eq!(outcome.renews_at, Some(at("2026-02-01T00:00:00Z")));
    let body = json!({ "deferralContext": { "deferDuration": "2592000s", "etag": "e1", "validateOnly": false } });
    assert_eq!(sent(&google).1, body);
}

#[tokio::test]
async fn a_period_that_was_moved_already_is_not_moved_again() {
    let google = Google::start(|path, before| match (path.ends_with(":defer"), before.json().is_null()) {
        (true, _) => Some(google_error(409, "concurrentUpdate")),
        _ => ok(json!({ "etag": "e2", "lineItems": [{ "expiryTime": "2026-02-02T00:00:00Z" }] })),
    })
    .await;
    let deferred = act(&google, TOKEN, Action::Defer { days: 30, from: at("2026-01-02T00:00:00Z") }).await;
    assert!(matches!(deferred, Err(StoreError::Denied(Denial::NotEligible, _))), "{deferred:?}");
    assert_eq!(google.asked().len(), 1, "it was only read");
}

#[tokio::test]
async fn a_subscription_that_changed_meanwhile_is_read_again() {
    let google = Google::start(|path, seen| match (path.ends_with(":defer"), seen.json()["deferralContext"]["etag"].as_str()) {
        (true, _) => Some(google_error(409, "concurrentUpdate")),
        _ => ok(json!({ "etag": "e1", "lineItems": [{ "expiryTime": "2026-01-02T00:00:00Z" }] })),
    })
    .await;
    assert!(matches!(
        act(&google, TOKEN, Action::Defer { days: 1, from: at("2026-01-02T00:00:00Z") }).await,
        Err(StoreError::Unavailable(_))
    ));
    assert_eq!(google.asked().len(), 4);
}

#[tokio::test]
async fn a_refund_review_is_answered_with_its_token() {
    let google = Google::start(|_, _| Some(Reply::Raw(204, Vec::new(), ""))).await;
    for (is_delivered, preference) in [(true, "DECLINE"), (false, "NEUTRAL")] {
        let answer = RefundAnswer { is_delivered, used_percent: Some(100), token: Some("q".into()) };
        let outcome = act(&google, "GPA.1", Action::AnswerRefundQuestion(answer)).await.unwrap();
        let (path, body) = sent(&google);
        assert_eq!(path, "orders/GPA.1:reviewrefund");
        let mut expected = json!({
            "refundPreference": preference, "sampleContentProvided": false, "consumptionPercentageMilliunits": 100_000 });
        assert_eq!(outcome.sent, Some(expected.clone()), "people need not see the token");
        expected["pendingRefundToken"] = json!("q");
        assert_eq!(body, expected);
    }
    let answer = RefundAnswer { is_delivered: true, used_percent: None, token: None };
    assert!(matches!(act(&google, "GPA.1", Action::AnswerRefundQuestion(answer)).await, Err(StoreError::Rejected(_))));
}

#[tokio::test]
async fn what_google_does_not_do_is_said() {
    let google = Google::start(|_, _| Some(google_error(400, "invalidPurchaseState"))).await;
    let denied = act(&google, TOKEN, Action::Cancel).await;
    assert!(matches!(denied, Err(StoreError::Denied(Denial::NotEligible, _))), "{denied:?}");
    let extend = Action::Extend { days: 1, reason: crate::model::ExtensionReason::Other, request_id: String::new() };
    assert!(matches!(act(&google, TOKEN, extend).await, Err(StoreError::Unsupported(_))));
}
