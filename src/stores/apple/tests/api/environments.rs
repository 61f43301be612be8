use reqwest::Method;

use super::*;
use crate::stores::apple::api::{ApiFailure, Call, Fallback};

const ON_ID: Fallback = Fallback::On(&[4_040_010]);

/// What each environment says: a number of a failure, 200 or 401.
async fn asked(production: i64, sandbox: i64, fallback: Fallback) -> (Result<AppleEnvironment, ApiFailure>, Vec<String>) {
    let fake = FakeStore::start(move |seen, _| match if seen.path.starts_with("/p/") { production } else { sandbox } {
        200 => Reply::Json(200, json!({ "signedTransactionInfo": "x" })),
        401 => Reply::unauthorized(),
        404 => Reply::Raw(404, Vec::new(), ""),
        code => Reply::error(code),
    })
    .await;
    let call = Call::new("test", Method::GET, "inApps/v1/transactions/{}", &["1"]).unwrap().fallback(fallback);
    let app = app_with_key(Environment::Live);
    let told = client(&fake, QUICK).tell(&app, AppleEnvironment::of(&app), &call, NOW).await;
    (told.map(|told| told.apple_environment), fake.paths().iter().map(|path| path[..2].to_owned()).collect())
}

fn not_found(code: i64) -> ApiFailure {
    ApiFailure::NotFound { code: Some(code), message: "Testing error.".into() }
}

#[tokio::test]
async fn production_is_asked_first_and_alone_when_it_knows() {
    for sandbox in [200, 401, 4_040_010] {
        let (told, paths) = asked(200, sandbox, ON_ID).await;
        assert_eq!((told, paths), (Ok(AppleEnvironment::Production), vec!["/p".to_owned()]));
    }
}

#[tokio::test]
async fn an_id_unknown_or_refused_in_production_is_asked_for_in_the_sandbox() {
    for production in [4_040_010, 401] {
        let (told, paths) = asked(production, 200, ON_ID).await;
        assert_eq!((told, paths), (Ok(AppleEnvironment::Sandbox), vec!["/p".to_owned(), "/s".to_owned()]), "{production}");
    }
    let chain = Fallback::On(&[4_040_005, 4_040_010]);
    assert_eq!(asked(4_040_005, 200, chain).await.0, Ok(AppleEnvironment::Sandbox));
}

#[tokio::test]
async fn keys_are_bad_only_when_both_worlds_refuse_them() {
    for (production, sandbox, expected) in [
        (4_040_010, 4_040_010, not_found(4_040_010)),
        (4_040_010, 401, not_found(4_040_010)),
        (401, 4_040_010, not_found(4_040_010)),
    ] {
        assert_eq!(asked(production, sandbox, ON_ID).await.0, Err(expected), "{production} {sandbox}");
    }
    assert!(matches!(asked(401, 401, ON_ID).await.0, Err(ApiFailure::Credentials { .. })));
    assert!(matches!(asked(401, 5_000_000, ON_ID).await.0, Err(ApiFailure::Unavailable { .. })));
    assert!(matches!(asked(4_040_010, 5_000_000, ON_ID).await.0, Err(ApiFailure::Unavailable { .. })));
}

#[tokio::test]
async fn other_failures_do_not_point_to_the_sandbox() {
    for production in [4_040_001, 4_040_003, 4_040_005, 4_000_006, 4_030_004, 5_000_000, 4_290_000] {
        let (told, paths) = asked(production, 200, ON_ID).await;
        assert!(told.is_err(), "{production}");
        assert!(paths.iter().all(|path| path == "/p"), "{production}");
    }
    assert_eq!(asked(4_040_010, 200, Fallback::Never).await.1, ["/p"]);
    assert!(matches!(asked(401, 200, Fallback::Never).await.0, Err(ApiFailure::Credentials { .. })));
}

#[tokio::test]
async fn consumption_goes_to_the_sandbox_on_any_404() {
    for production in [4_040_001, 4_040_010, 404] {
        assert_eq!(asked(production, 200, Fallback::OnNotFound).await.0, Ok(AppleEnvironment::Sandbox), "{production}");
    }
    // Fallback a 404 without a number comes from a gateway and says nothing of the id.
    let (told, paths) = asked(404, 200, ON_ID).await;
    assert!(matches!(told, Err(ApiFailure::Unavailable { .. })));
    assert_eq!(paths, ["/p", "/p", "/p"]);
}

#[tokio::test]
async fn each_app_asks_its_own_hosts() {
    for (environment, prefix) in
        [(Environment::Live, "/p/inApps"), (Environment::Sandbox, "/s/inApps"), (Environment::Simulator, "/simulator/inApps")]
    {
        let fake = FakeStore::saying(json!({})).await;
        let app = app_with_key(environment);
        let call = Call::new("test", Method::GET, "inApps/v1/lookup/{}", &["1"]).unwrap();
        client(&fake, QUICK).tell(&app, AppleEnvironment::of(&app), &call, NOW).await.unwrap();
        assert!(fake.paths()[0].starts_with(prefix), "{environment}");
    }
    let fake = FakeStore::start(|_, _| Reply::unauthorized()).await;
    let app = app_with_key(Environment::Sandbox);
    let call = Call::new("test", Method::GET, "x", &[]).unwrap().fallback(ON_ID);
    let told = client(&fake, QUICK).tell(&app, AppleEnvironment::of(&app), &call, NOW).await;
    assert!(matches!(told.map(|told| told.apple_environment), Err(ApiFailure::Credentials { .. })));
    assert_eq!(fake.paths(), ["/s/x"], "an app of the sandbox has no other world");
}

#[tokio::test]
async fn without_a_simulator_nothing_is_called() {
    let hosts = Hosts::new("http://127.0.0.1:1", "http://127.0.0.1:1");
    let app = app_with_key(Environment::Simulator);
    let call = Call::new("test", Method::GET, "x", &[]).unwrap();
    let told =
        Client::new(hosts, QUICK).tell(&app, AppleEnvironment::of(&app), &call, NOW).await.map(|told| told.apple_environment);
    assert_eq!(told, Err(ApiFailure::unavailable("the store simulator is off")));
}
