use std::sync::Arc;

use super::world::issued;
use super::*;
use crate::model::Secret;
use crate::stores::http::fake::{Reply, Seen};
use crate::stores::onestore::api::ApiFailure;
use crate::stores::onestore::world::World;

fn form(seen: &Seen) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(&seen.body).unwrap()
}

#[tokio::test]
async fn the_client_signs_in_with_its_secret_in_its_market() {
    let store = ScriptedStore::scripted(|_, _| issued("680b3621", 3_010)).await;
    assert_eq!(store.store.api.sign_in(&app(), World::Simulator, NOW).await.unwrap().reveal(), "680b3621");
    let seen = store.fake.seen().remove(0);
    assert_eq!((seen.path.as_str(), seen.header("content-type")), ("/v7/oauth/token", "application/x-www-form-urlencoded"));
    assert_eq!(seen.header("x-market-code"), "MKT_ONE");
    let expected = [("grant_type", "client_credentials"), ("client_id", "0000042301"), ("client_secret", "vxIM+/cVz3=")];
    assert_eq!(form(&seen), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn an_older_app_has_its_package_name_for_a_client_id() {
    let store = ScriptedStore::scripted(|_, _| issued("a", 3_600)).await;
    for (package, expected) in [(None, "game.example"), (Some("com.example.one"), "com.example.one")] {
        let mut app = app();
        app.settings.remove("client_id");
        app.settings.extend(package.map(|package| ("package_name".to_owned(), package.to_owned())));
        store.store.api.sign_in(&app, World::Simulator, NOW).await.unwrap();
        assert_eq!(form(&store.fake.seen().pop().unwrap())[1].1, expected);
    }
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_used_until_ten_minutes_before_its_end() {
    let store = Arc::new(ScriptedStore::scripted(|_, before| issued(&format!("t{before}"), 3_600)).await);
    let at = async |seconds: i64| {
        let now = NOW.plus_millis(seconds * Timestamp::SECOND);
        store.store.api.sign_in(&app(), World::Simulator, now).await.unwrap().reveal().to_owned()
    };
    let many = (0..20).map(|_| {
        let store = Arc::clone(&store);
        tokio::spawn(async move { store.store.api.sign_in(&app(), World::Simulator, NOW).await.unwrap() })
    });
    for one in many.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap().reveal(), "t0");
    }
    assert_eq!((at(2_999).await, store.fake.seen().len()), ("t0".into(), 1));
    assert_eq!((at(3_000).await, store.fake.seen().len()), ("t1".into(), 2));
}

#[tokio::test]
async fn a_token_that_soon_ends_is_not_kept() {
    let store = ScriptedStore::scripted(|_, before| issued(&format!("t{before}"), 600)).await;
    for count in 1..3 {
        store.store.api.sign_in(&app(), World::Simulator, NOW).await.unwrap();
        assert_eq!(store.fake.seen().len(), count);
    }
}

#[tokio::test]
async fn each_environment_and_market_has_its_own_token() {
    let store = ScriptedStore::scripted(|_, before| issued(&format!("t{before}"), 3_600)).await;
    let mut global = app();
    global.settings.insert("market_code".into(), "MKT_GLB".into());
    let sign_in = async |app: &StoreApp, world| store.store.api.sign_in(app, world, NOW).await.unwrap().reveal().to_owned();
    for _ in 0..2 {
        assert_eq!(sign_in(&app(), World::Commercial).await, "t0");
        assert_eq!(sign_in(&app(), World::Sandbox).await, "t1");
        assert_eq!(sign_in(&global, World::Commercial).await, "t2");
    }
    assert_eq!(store.fake.paths(), ["/commercial/v7/oauth/token", "/sandbox/v7/oauth/token", "/commercial/v7/oauth/token"]);
    assert_eq!(store.fake.seen()[2].header("x-market-code"), "MKT_GLB");
}

#[tokio::test]
async fn a_refused_client_is_not_tried_over_and_over() {
    for (status, body) in [
        (401, json!({ "error": { "code": "InvalidClient", "message": "no" } })),
        (400, json!({ "error": "invalid_client", "error_description": "no" })),
        (401, json!({})),
    ] {
        let store = ScriptedStore::scripted(move |_, _| Reply::Json(status, body.clone())).await;
        for _ in 0..3 {
            let failure = store.store.api.sign_in(&app(), World::Simulator, NOW).await.unwrap_err();
            assert!(matches!(failure, ApiFailure::Credentials { .. }), "{failure}");
        }
        assert_eq!(store.fake.seen().len(), 1);
        let mut changed = app();
        changed.secrets.insert("client_secret".into(), Secret("other".into()));
        assert!(store.store.api.sign_in(&changed, World::Simulator, NOW).await.is_err());
        assert_eq!(store.fake.seen().len(), 2, "another secret is another question");
    }
}

#[tokio::test]
async fn an_endpoint_out_of_order_is_asked_again_and_says_nothing_of_the_client() {
    let flaky =
        ScriptedStore::scripted(|_, before| if before < 2 { Reply::Raw(503, vec![], "<html>") } else { issued("a", 3_600) });
    assert!(flaky.await.store.api.sign_in(&app(), World::Simulator, NOW).await.is_ok());
    for status in [403, 404, 500] {
        let store = ScriptedStore::scripted(move |_, _| Reply::Raw(status, vec![], "<html>")).await;
        let failure = store.store.api.sign_in(&app(), World::Simulator, NOW).await.unwrap_err();
        assert!(matches!(failure, ApiFailure::Unavailable { .. }), "{status} {failure}");
    }
    let mut bare = app();
    bare.secrets.clear();
    let store = ScriptedStore::scripted(|_, _| issued("a", 3_600)).await;
    let failure = store.store.api.sign_in(&bare, World::Simulator, NOW).await.unwrap_err();
    assert_eq!((failure.to_string().as_str(), store.fake.seen().len()), ("this app's client_secret is not set", 0));
}
