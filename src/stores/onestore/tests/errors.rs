use super::world::issued;
use super::*;
use crate::model::RefusalCode;
use crate::stores::StoreError;
use crate::stores::http::fake::Reply;
use crate::stores::onestore::api::ApiFailure;
use crate::stores::onestore::lookup::Named;
use crate::stores::onestore::world::World;

const NAMED: Named<'static> = Named { token: TOKEN, product_id: "gem" };

/// What ONE store's answer to a question about a purchase becomes, and how often it was asked.
async fn ask(answer: impl Fn() -> Reply + Send + Sync + 'static) -> (ApiFailure, usize) {
    let store = ScriptedStore::start(move |_, _| Some(answer())).await;
    let failure = store.store.get_purchase(&app(), World::Simulator, NAMED, NOW.into()).await.unwrap_err();
    (failure, store.asked().len())
}

#[tokio::test]
async fn each_of_one_stores_codes_has_its_meaning_whatever_the_status() {
    for (status, code, label, asked) in [
        (404, "NoSuchData", "NOT_FOUND", 1),
        (400, "NoSuchData", "NOT_FOUND", 1),
        (404, "ResourceNotFound", "APP_UNKNOWN", 1),
        (401, "AccessTokenExpired", "CREDENTIALS", 2),
        (401, "InvalidAccessToken", "CREDENTIALS", 2),
        (403, "UnauthorizedAccess", "NOT_PERMITTED", 1),
        (403, "AccessBlocked", "NOT_PERMITTED", 1),
        (409, "InvalidPurchaseState", "STATE", 1),
        (409, "InvalidConsumeState", "STATE", 1),
        (400, "BadRequest", "REFUSED", 1),
        (400, "InvalidRequest", "REFUSED", 1),
        (400, "RequiredValueNotExist", "REFUSED", 1),
        (400, "InvalidAuthorizationHeader", "REFUSED", 1),
        (400, "DeveloperPayloadNotMatch", "REFUSED", 1),
        (405, "MethodNotAllowed", "REFUSED", 1),
        (415, "InvalidContentType", "REFUSED", 1),
        (500, "InternalError", "UNAVAILABLE", 3),
        (503, "ServiceMaintenance", "UNAVAILABLE", 3),
        (400, "SomethingNew", "REFUSED", 1),
        (401, "SomethingNew", "CREDENTIALS", 2),
        (403, "SomethingNew", "NOT_PERMITTED", 1),
        (409, "SomethingNew", "STATE", 1),
        (429, "SomethingNew", "RATE_LIMITED", 1),
        (502, "SomethingNew", "UNAVAILABLE", 3),
    ] {
        let (failure, count) = ask(move || error(status, code)).await;
        assert_eq!((failure.as_label(), count), (label, asked), "{status} {code}: {failure}");
    }
}

#[tokio::test]
async fn a_front_servers_page_is_no_answer() {
    for status in [400, 404, 408, 500, 502, 503] {
        let (failure, count) = ask(move || Reply::Raw(status, vec![], "<html>")).await;
        assert_eq!((failure.as_label(), count), ("UNAVAILABLE", 3), "{status}");
    }
    let store = ScriptedStore::start(|_, _| Some(Reply::Raw(404, vec![], "<html>"))).await;
    assert_eq!(verify_purchase(&store).await.unwrap_err().code, RefusalCode::StoreUnavailable);
    let (failure, _) = ask(|| Reply::Raw(200, vec![], "<html>")).await;
    assert!(failure.to_string().starts_with("ONE store's answer is damaged"), "{failure}");
}

#[tokio::test]
async fn what_a_request_calls_invalid_of_the_proof_makes_the_proof_invalid() {
    let invalid = |list: &str| {
        let body = json!({ "error": { "code": "InvalidRequest", "message": format!("Request parameters are invalid. {list}") } });
        move || Reply::Json(400, body.clone())
    };
    for (list, label) in [
        ("[ purchaseToken ]", "NOT_FOUND"),
        ("[ productId, purchaseToken ]", "NOT_FOUND"),
        ("[ purchaseToken, clientId ]", "REFUSED"),
        ("[ ]", "REFUSED"),
        ("", "REFUSED"),
    ] {
        assert_eq!(ask(invalid(list)).await.0.as_label(), label, "{list:?}");
    }
}

#[tokio::test]
async fn a_refused_access_token_is_asked_for_anew_once() {
    let store = ScriptedStore::scripted(|seen, before| match (seen.path.as_str(), seen.header("authorization")) {
        ("/v7/oauth/token", _) => issued(&format!("t{before}"), 3_600),
        (_, "Bearer t0") => error(401, "AccessTokenExpired"),
        _ => Reply::Json(200, json!({ "purchaseState": 0 })),
    })
    .await;
    assert!(store.store.get_purchase(&app(), World::Simulator, NAMED, NOW.into()).await.is_ok());
    assert_eq!(store.fake.seen().len(), 4);
}

#[tokio::test]
async fn every_call_names_its_market_and_its_ids_stay_one_segment_each() {
    let store = ScriptedStore::start(|_, _| ok(json!({}))).await;
    let named = Named { token: "t+k=e%n", product_id: "gem" };
    store.store.get_purchase(&app(), World::Simulator, named, NOW.into()).await.unwrap();
    store.store.consume_purchase(&app(), World::Simulator, named, NOW.into()).await.unwrap();
    assert_eq!(
        store.asked(),
        ["purchases/inapp/products/gem/t%2Bk%3De%25n", "purchases/inapp/products/gem/t%2Bk%3De%25n/consume"]
    );
    for seen in store.fake.seen() {
        assert_eq!(seen.header("x-market-code"), "MKT_ONE", "{}", seen.path);
    }
    for seen in store.fake.seen().iter().skip(1) {
        assert_eq!((seen.header("authorization"), seen.header("content-type")), ("Bearer 680b3621-a", "application/json"));
    }
    for token in ["", ".", "..", "a/b", &"x".repeat(256)] {
        let named = Named { token, product_id: "gem" };
        let failure = store.store.get_purchase(&app(), World::Simulator, named, NOW.into()).await.unwrap_err();
        assert_eq!(failure.as_label(), "NOT_FOUND", "{token:?}");
    }
    assert_eq!(store.asked().len(), 2, "those were not even asked for");
}

#[tokio::test]
async fn a_pause_holds_its_environment_alone() {
    let store = ScriptedStore::start(|path, _| match path.starts_with("commercial/") {
        true => Some(Reply::Raw(429, vec![("retry-after", "90".into())], "{}")),
        false => ok(json!({ "purchaseState": 0 })),
    })
    .await;
    let app = app_of(Environment::Live);
    for _ in 0..2 {
        let failure = store.store.get_purchase(&app, World::Commercial, NAMED, NOW.into()).await.unwrap_err();
        assert_eq!(failure.as_label(), "RATE_LIMITED");
    }
    assert_eq!(store.asked().len(), 1, "the second was not even asked");
    assert!(store.store.get_purchase(&app, World::Sandbox, NAMED, NOW.into()).await.is_ok());
}

#[tokio::test]
async fn what_must_not_happen_twice_is_not_repeated() {
    let store = ScriptedStore::start(|_, _| Some(error(503, "ServiceMaintenance"))).await;
    assert!(store.store.defer(&app(), World::Simulator, NAMED, 3, NOW.into()).await.is_err());
    assert_eq!(store.asked().len(), 1);
}

#[test]
fn a_caller_is_told_apart_what_it_can_do_about() {
    let message = || "m".to_owned();
    let is = StoreError::from;
    assert!(matches!(is(ApiFailure::State { code: message(), message: message() }), StoreError::Denied(..)));
    assert!(matches!(is(ApiFailure::Refused { code: None, message: message() }), StoreError::Rejected(_)));
    assert!(matches!(is(ApiFailure::NotPermitted { code: None, message: message() }), StoreError::Credentials(_)));
    assert!(matches!(is(ApiFailure::AppUnknown { message: message() }), StoreError::Credentials(_)));
    assert!(matches!(is(ApiFailure::NotFound { message: message() }), StoreError::NotFound(_)));
}
