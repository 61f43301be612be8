use super::*;
use crate::stores::StoreError;
use crate::stores::google::api::ApiFailure;
use crate::stores::http::fake::Reply;

/// What Google's answer to a question about an order becomes, and how often it was asked.
async fn ask(answer: impl Fn() -> Reply + Send + Sync + 'static) -> (ApiFailure, usize) {
    let google = Google::start(move |_, _| Some(answer())).await;
    let failure = google.store.get_order(&app(), "GPA.1", NOW.into()).await.unwrap_err();
    (failure, google.asked().len())
}

#[tokio::test]
async fn each_of_googles_errors_has_its_meaning() {
    for (status, reason, label, asked) in [
        (400, "invalid", "NOT_FOUND", 1),
        (400, "purchaseTokenDoesNotMatchPackageName", "NOT_FOUND", 1),
        (400, "invalidPurchaseState", "REFUSED", 1),
        (401, "permissionDenied", "NOT_PERMITTED", 1),
        (403, "projectNotLinked", "NOT_PERMITTED", 1),
        (403, "accessNotConfigured", "NOT_PERMITTED", 1),
        (403, "rateLimitExceeded", "RATE_LIMITED", 1),
        (404, "purchaseTokenNotFound", "NOT_FOUND", 1),
        (404, "applicationNotFound", "APP_UNKNOWN", 1),
        (409, "concurrentUpdate", "CONFLICT", 1),
        (410, "purchaseTokenNoLongerValid", "NOT_FOUND", 1),
        (410, "subscriptionPurchaseNoLongerAvailable", "NOT_FOUND", 1),
        (429, "rateLimitExceeded", "RATE_LIMITED", 1),
        (500, "backendError", "UNAVAILABLE", 3),
        (503, "backendError", "UNAVAILABLE", 3),
    ] {
        let (failure, count) = ask(move || google_error(status, reason)).await;
        assert_eq!((failure.as_label(), count), (label, asked), "{status} {reason}: {failure}");
    }
}

#[tokio::test]
async fn a_front_ends_page_is_no_answer() {
    for status in [404, 408, 500, 502, 503] {
        let (failure, count) = ask(move || Reply::Raw(status, Vec::new(), "<html>")).await;
        assert_eq!((failure.as_label(), count), ("UNAVAILABLE", 3), "{status}");
    }
    let (failure, _) = ask(|| Reply::Raw(200, Vec::new(), "<html>")).await;
    assert!(failure.to_string().starts_with("Google Play's answer is damaged"), "{failure}");
}

#[tokio::test]
async fn a_pause_holds_its_own_quota_alone() {
    let google = Google::start(|path, _| {
        let paused = Reply::Raw(429, vec![("retry-after", "90".into())], "{}");
        Some(if path.starts_with("orders/") { paused } else { Reply::Json(200, json!({})) })
    })
    .await;
    let until = NOW.plus_millis(90_000);
    for _ in 0..2 {
        match google.store.get_order(&app(), "GPA.1", NOW.into()).await.unwrap_err() {
            ApiFailure::RateLimited { retry_at } => assert!((0..5_000).contains(&(retry_at.0 - until.0)), "{retry_at:?}"),
            other => panic!("{other}"),
        }
    }
    assert_eq!(google.asked(), ["orders/GPA.1"], "the second was not even asked");
    assert!(google.store.get_subscription(&app(), TOKEN, NOW.into()).await.is_ok());
}

#[tokio::test]
async fn what_must_not_happen_twice_is_not_repeated() {
    let google = Google::start(|_, _| Some(google_error(503, "backendError"))).await;
    assert!(google.store.refund_order(&app(), "GPA.1", true, NOW.into()).await.is_err());
    assert_eq!(google.asked(), ["orders/GPA.1:refund?revoke=true"]);
}

#[test]
fn a_caller_is_told_apart_what_it_can_do_about() {
    let message = || "m".to_owned();
    let is = |failure: ApiFailure| StoreError::from(failure);
    let of_state = ApiFailure::Refused { reason: Some("invalidPurchaseState".into()), message: message() };
    assert!(matches!(is(of_state), StoreError::Denied(..)));
    assert!(matches!(is(ApiFailure::Refused { reason: None, message: message() }), StoreError::Rejected(_)));
    assert!(matches!(is(ApiFailure::NotPermitted { reason: None, message: message() }), StoreError::Credentials(_)));
    assert!(matches!(is(ApiFailure::Conflict { message: message() }), StoreError::Unavailable(_)));
    assert!(matches!(is(ApiFailure::NotFound { reason: None, message: message() }), StoreError::NotFound(_)));
}
