//! The catalog from App Store Connect: its pages, names and types, and what is wrong when there is none.

use super::token::open_token;
use super::*;
use crate::model::{FindingCode, HealthStatus, ProductType};
use crate::stores::{CatalogItem, StoreError};

const CONNECT_KEY_ID: &str = "CONNECT123";

fn app_with_connect_key(environment: Environment) -> StoreApp {
    let mut app = app_with_key(environment);
    app.settings.insert("app_store_connect_key_id".into(), CONNECT_KEY_ID.into());
    app.secrets.insert("app_store_connect_private_key".into(), Secret(KEY_PEM.into()));
    app
}

fn apps() -> Value {
    let app =
        |id: &str, bundle: &str| json!({ "type": "apps", "id": id, "attributes": { "bundleId": bundle, "primaryLocale": "ko" } });
    json!({ "data": [app("11", "game.example.lite"), app("12", "game.example")], "links": { "self": "x" } })
}

fn purchase(id: &str, attributes: Value) -> Value {
    let named = [format!("{id}-en"), format!("{id}-ko")];
    let data: Vec<Value> = named.iter().map(|id| json!({ "type": "inAppPurchaseLocalizations", "id": id })).collect();
    json!({ "type": "inAppPurchases", "id": id, "attributes": attributes,
        "relationships": { "inAppPurchaseLocalizations": { "data": data } } })
}

fn localization(id: &str, locale: &str, name: &str) -> Value {
    json!({ "type": "inAppPurchaseLocalizations", "id": id, "attributes": { "locale": locale, "name": name } })
}

/// Two pages of purchases, and two groups of which one has a subscription.
fn catalog(seen: &Seen, _: usize) -> Reply {
    let (path, query) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
    Reply::Json(
        200,
        match path {
            "/p/v1/apps" => apps(),
            "/p/v1/apps/12/inAppPurchasesV2" if query.contains("cursor=Mg") => json!({ "data": [
            purchase("3", json!({ "name": "Season", "productId": "season", "inAppPurchaseType": "NON_RENEWING_SUBSCRIPTION",
                "state": "READY_TO_SUBMIT" })),
            purchase("4", json!({ "name": "?", "productId": "odd", "inAppPurchaseType": "LOOT", "state": "APPROVED" })),
        ] }),
            "/p/v1/apps/12/inAppPurchasesV2" => json!({
                "data": [
                    purchase("1", json!({ "name": "gem ref", "productId": "gem", "inAppPurchaseType": "CONSUMABLE", "state": "APPROVED" })),
                    purchase("2", json!({ "name": "ads ref", "productId": "no_ads", "inAppPurchaseType": "NON_CONSUMABLE",
                        "state": "DEVELOPER_REMOVED_FROM_SALE" })),
                ],
                "included": [localization("1-en", "en-US", "Gem"), localization("1-ko", "ko", "보석"), localization("2-en", "en-US", "No ads")],
                "links": { "self": "x", "next": "https://elsewhere.example/v1/apps/12/inAppPurchasesV2?limit=200&cursor=Mg" },
            }),
            "/p/v1/apps/12/subscriptionGroups" => {
                json!({ "data": [{ "type": "subscriptionGroups", "id": "g1" }, { "id": "g2" }] })
            }
            "/p/v1/subscriptionGroups/g2/subscriptions" => json!({ "data": [{ "type": "subscriptions", "id": "9",
            "attributes": { "name": "VIP", "productId": "vip", "state": "APPROVED", "subscriptionPeriod": "ONE_MONTH" } }] }),
            "/p/v1/subscriptionGroups/g1/subscriptions" => json!({ "data": [] }),
            _ => return Reply::Json(404, json!({ "errors": [{ "code": "NOT_FOUND", "title": "No such thing" }] })),
        },
    )
}

async fn listed(
    app: &StoreApp,
    script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static,
) -> (Result<Vec<CatalogItem>, StoreError>, Vec<Seen>) {
    let fake = FakeStore::start(script).await;
    let answer = AppleStore::new(Vec::new(), hosts(&fake), QUICK).unwrap().list_catalog(app, NOW.into()).await;
    (answer, fake.seen())
}

#[tokio::test]
async fn every_page_is_read_with_names_and_types() {
    let (items, seen) = listed(&app_with_connect_key(Environment::Live), catalog).await;
    let items = items.unwrap();
    let of =
        |item: &CatalogItem| (item.product_id.clone(), item.name.clone(), item.product_types.first().copied(), item.is_active);
    let expected = [
        ("gem", "보석", Some(ProductType::Consumable), true),
        ("no_ads", "ads ref", Some(ProductType::NonConsumable), false),
        ("season", "Season", Some(ProductType::Consumable), false),
        ("odd", "?", None, true),
        ("vip", "VIP", Some(ProductType::AutoSubscription), true),
    ];
    let expected = expected.map(|(id, name, kind, is_active)| (id.to_owned(), name.to_owned(), kind, is_active));
    assert_eq!(items.iter().map(of).collect::<Vec<_>>(), expected);
    assert_eq!(items[4].product_types.len(), 2, "a subscription may give goods each period");
    assert!(seen.iter().all(|seen| seen.path.contains("limit=200")), "{seen:?}");
    assert!(seen[0].path.contains("filter%5BbundleId%5D=game.example"), "{}", seen[0].path);
    let (header, claims) = open_token(seen[0].header("authorization").strip_prefix("Bearer ").unwrap());
    assert_eq!((header["kid"].as_str(), claims["iss"].as_str()), (Some(CONNECT_KEY_ID), Some(ISSUER_ID)));
    assert!(claims.get("bid").is_none() && claims["aud"] == "appstoreconnect-v1", "{claims}");
}

#[tokio::test]
async fn the_sandbox_sells_what_is_still_prepared() {
    let (items, _) = listed(&app_with_connect_key(Environment::Sandbox), catalog).await;
    let active: Vec<bool> = items.unwrap().iter().map(|item| item.is_active).collect();
    assert_eq!(active, [true, false, true, true, true]);
}

#[tokio::test]
async fn the_key_of_the_catalog_may_have_an_issuer_of_its_own() {
    let mut app = app_with_connect_key(Environment::Live);
    app.settings.insert("app_store_connect_issuer_id".into(), "11111111-2222-3333-4444-555555555555".into());
    let (_, seen) = listed(&app, catalog).await;
    let (_, claims) = open_token(seen[0].header("authorization").strip_prefix("Bearer ").unwrap());
    assert_eq!(claims["iss"], "11111111-2222-3333-4444-555555555555");
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let app = app_with_connect_key(Environment::Live);
    let error = |code: &'static str, status, detail: &'static str| {
        move |_: &Seen, _| Reply::Json(status, json!({ "errors": [{ "code": code, "title": "Title", "detail": detail }] }))
    };
    let credentials = |text: &str| StoreError::Credentials(text.into());
    let (answer, _) = listed(&app, |_, _| Reply::unauthorized()).await;
    assert_eq!(
        answer,
        Err(credentials("App Store Connect refuses this app's API key: check its issuer id, key id and private key"))
    );
    let (answer, _) = listed(&app, error("FORBIDDEN_ERROR", 403, "The role does not allow it")).await;
    assert_eq!(answer, Err(credentials("App Store Connect says: The role does not allow it")));
    let (answer, _) = listed(&app, error("PARAMETER_ERROR", 400, "Bad limit")).await;
    assert!(matches!(&answer, Err(StoreError::Rejected(reason)) if reason.contains("Bad limit")), "{answer:?}");
    let (answer, seen) = listed(&app, error("UNEXPECTED_ERROR", 500, "Oh")).await;
    assert!(matches!(&answer, Err(StoreError::Unavailable(reason)) if reason.contains("Oh")), "{answer:?}");
    assert_eq!(seen.len(), 3, "asked again");
    let (answer, _) = listed(&app, |_, _| Reply::Json(200, json!({ "data": [] }))).await;
    assert_eq!(answer, Err(credentials("App Store Connect shows this API key no app with the bundle id game.example")));
    let endless = |_: &Seen, _| Reply::Json(200, json!({ "data": [], "links": { "next": "https://elsewhere.example/v1/apps" } }));
    let (answer, seen) = listed(&app, endless).await;
    assert!(matches!(&answer, Err(StoreError::Unavailable(reason)) if reason.contains("no cursor")), "{answer:?}");
    assert_eq!(seen.len(), 1);
    for name in ["app_store_connect_key_id", "app_store_connect_private_key"] {
        let mut app = app.clone();
        app.settings.remove(name);
        app.secrets.remove(name);
        let (answer, seen) = listed(&app, catalog).await;
        assert_eq!((answer, seen.len()), (Err(credentials(&format!("this app's {name} is not set"))), 0));
    }
}

#[tokio::test]
async fn the_connection_test_looks_for_the_app_only_with_a_key() {
    let found = async |app: StoreApp, script: fn(&Seen, usize) -> Reply| {
        let fake = FakeStore::start(script).await;
        let findings = AppleStore::new(Vec::new(), hosts(&fake), QUICK).unwrap().check(&app, NOW).await;
        let of_catalog = [FindingCode::CatalogReadable, FindingCode::CatalogUnreadable];
        findings.into_iter().find(|finding| of_catalog.contains(&finding.code))
    };
    let app = app_with_connect_key(Environment::Live);
    assert_eq!(found(app_with_key(Environment::Live), catalog).await, None);
    let good = found(app.clone(), catalog).await.unwrap();
    assert_eq!((good.code, good.status), (FindingCode::CatalogReadable, HealthStatus::Ok));
    let bad = found(app, |_, _| Reply::unauthorized()).await.unwrap();
    assert_eq!((bad.code, bad.status), (FindingCode::CatalogUnreadable, HealthStatus::Warning));
    assert!(bad.detail.is_some_and(|detail| detail.contains("API key")));
    let mut half = app_with_key(Environment::Live);
    half.settings.insert("app_store_connect_key_id".into(), CONNECT_KEY_ID.into());
    let half = found(half, catalog).await.unwrap();
    assert_eq!(half.detail.as_deref(), Some("this app's app_store_connect_private_key is not set"));
}
