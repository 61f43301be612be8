//! What costs nothing beside what costs money: refused unless confirmed, and never taken for LIVE.

use axum::http::StatusCode;
use purser::audit::By;
use purser::model::{Environment, StoreCode, UseStatus};
use purser::nhn::NhnInput;
use purser::projects::{self, AppInput};
use purser::state::AppState;
use serde_json::{Value, json};

use crate::apple_life::apple_app;
use crate::goods::{bring, proof};
use crate::nhn_shop::NhnShop;
use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

const BY: By = By::System("test");

fn is(environment: Environment) -> AppInput {
    AppInput { environment: Some(environment), ..AppInput::default() }
}

async fn add(state: &AppState, shop: &Shop, store: StoreCode, id: &str, input: AppInput) -> String {
    match projects::create_app(state, &BY, &shop.project, store, id, &input).await {
        Ok(app) => app.app_seq.to_string(),
        Err(error) => error.to_string(),
    }
}

async fn change(state: &AppState, shop: &Shop, id: &str, input: AppInput) -> String {
    let apps = projects::list_apps(state, &shop.project).await.expect("apps");
    let app = apps.iter().find(|app| app.store_app_id == id).expect("an app").app_seq;
    projects::update_app(state, &BY, &shop.project, app, &input).await.map_or_else(|error| error.to_string(), |_| "DONE".into())
}

const REFUSED: &str = "allowTestStoreBesideLive: must be set";

on_both! {
    async fn free_purchases_beside_live_apps_are_refused_unless_confirmed(state: TestState) {
        let shop = Shop::open(&state).await;
        let confirmed = |input: AppInput| AppInput { beside_live: Some(true), ..input };
        let stop = || AppInput { status: Some(UseStatus::Stop), ..AppInput::default() };
        let start = || AppInput { status: Some(UseStatus::Use), ..AppInput::default() };
        let refused = |answer: &str| assert!(answer.starts_with(REFUSED), "{answer}");
        // A LIVE app beside what sells for free.
        refused(&add(&state, &shop, StoreCode::GooglePlay, "com.live", is(Environment::Live)).await);
        assert!(add(&state, &shop, StoreCode::GooglePlay, "com.sand", is(Environment::Sandbox)).await.parse::<i64>().is_ok());
        refused(&change(&state, &shop, "com.sand", is(Environment::Live)).await);
        assert_eq!(change(&state, &shop, "com.example.test", stop()).await, "DONE");
        refused(&change(&state, &shop, "com.sand", is(Environment::Live)).await);
        assert_eq!(change(&state, &shop, "com.example.game", stop()).await, "DONE");
        assert_eq!(change(&state, &shop, "com.sand", is(Environment::Live)).await, "DONE", "none of them is in use any more");
        // What sells for free beside a LIVE app.
        refused(&change(&state, &shop, "com.example.test", start()).await);
        refused(&add(&state, &shop, StoreCode::Test, "com.test2", is(Environment::Simulator)).await);
        refused(&add(&state, &shop, StoreCode::OneStore, "com.sim", is(Environment::Simulator)).await);
        assert!(add(&state, &shop, StoreCode::Test, "com.test2", confirmed(is(Environment::Simulator))).await.parse::<i64>().is_ok());
        assert!(add(&state, &shop, StoreCode::AppStore, "com.live2", is(Environment::Live)).await.parse::<i64>().is_ok(),
            "what it stands beside is confirmed");
        assert_eq!(change(&state, &shop, "com.example.test", confirmed(start())).await, "DONE");
        let renamed = AppInput { name: Some("Renamed".into()), beside_live: Some(false), ..AppInput::default() };
        assert_eq!(change(&state, &shop, "com.example.test", renamed).await, "DONE", "what stands so goes on");
        let apps = projects::list_apps(&state, &shop.project).await.expect("apps");
        for (id, warned) in [("com.example.test", true), ("com.sand", true), ("com.example.game", false)] {
            let app = apps.iter().find(|app| app.store_app_id == id).expect("an app").app_seq;
            assert_eq!(projects::get_app(&state, &shop.project, app).await.expect("an app").is_beside_live, warned, "{id}");
        }
    }

    async fn a_free_app_out_of_use_takes_no_purchases(state: TestState) {
        let shop = Shop::open(&state).await;
        let stop = AppInput { status: Some(UseStatus::Stop), ..AppInput::default() };
        assert_eq!(change(&state, &shop, "com.example.test", stop.clone()).await, "DONE");
        let input = json!({ "store": "TEST", "userKey": "player-1", "proof": { "token": "test:gem_100:o-1" } });
        let (status, body) = shop.call(Key::Secret, "POST", "/api/v1/payments/verify", input).await;
        assert_eq!((status, text(&body, "code").as_str()), (StatusCode::CONFLICT, "APP_STOPPED"));
        assert_eq!(change(&state, &shop, "com.example.game", stop).await, "DONE");
        let gem = crate::apple_life::gem("1", json!({ "appAccountToken": crate::apple_life::account_token(&shop, "player-1").await }));
        crate::apple_life::tell(&state, &shop, &crate::apple_life::told("ONE_TIME_CHARGE", None, gem.clone())).await;
        let (_, body) = bring(&shop, "player-1", &proof(&state, &gem)).await;
        assert_eq!(body["code"], "APP_STOPPED", "{body}");
        assert_eq!(crate::apple_life::unconsumed(&shop, "player-1").await, 0);
    }

    async fn nhns_lists_show_live_payments_and_others_where_the_app_says_so(state: TestState) {
        let shop = NhnShop::open(&state).await;
        shop.change(NhnInput { legacy: Some(true), ..NhnInput::default() }).await;
        let (payment, token) = shop.pay("player-1", "o-1", "1500", "KRW").await;
        let app = shop.product(StoreCode::Test, "gem_100").await.0;
        let lists = async || {
            let service = shop.service("consumable", json!({ "marketId": "TEST", "userKey": "player-1" })).await;
            let legacy = shop.legacy("/standard/inapp/v1/consumable/list", json!({ "appSeq": app, "userKey": "player-1" })).await;
            let count = |answer: Value| answer["result"].as_array().map_or(0, Vec::len);
            (count(service.json()), count(legacy.json()))
        };
        let consume = async || shop.service("consume", json!({ "paymentSeq": payment, "accessToken": token })).await.code();
        assert_eq!(lists().await, (1, 1), "a project without LIVE apps is all test");
        let live = AppInput { beside_live: Some(true), ..is(Environment::Live) };
        assert!(add(&state, &shop.shop, StoreCode::GooglePlay, "com.live", live).await.parse::<i64>().is_ok());
        assert_eq!((lists().await, consume().await), ((0, 0), 5000));
        let path = "/api/v1/users/player-1/consumables";
        let native = shop.shop.call(Key::Secret, "GET", path, Value::Null).await.1;
        assert_eq!(native["items"][0]["environment"], "SIMULATOR", "the native list says what it is");
        let shown = AppInput { nhn_test_payments: Some(true), ..AppInput::default() };
        assert_eq!(change(&state, &shop.shop, "com.example.game", shown.clone()).await, "DONE");
        assert_eq!(lists().await, (0, 0), "another app's setting");
        assert_eq!(change(&state, &shop.shop, "com.example.test", shown).await, "DONE");
        assert_eq!((lists().await, consume().await), ((1, 1), 0));
    }

    async fn nhns_subscriptions_follow_the_same_rule(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let end = crate::support::START.plus_millis(crate::apple_life::MONTH);
        shop.subscribe("player-1", "2", "1", end, purser::model::ProductType::AutoSubscription).await;
        let body = json!({ "marketId": "AS", "packageName": crate::shop::BUNDLE, "userKey": "player-1" });
        let count = async || shop.service("activeSubscriptionList", body.clone()).await.json()["result"].as_array().map_or(0, Vec::len);
        assert_eq!(count().await, 1);
        let live = AppInput { beside_live: Some(true), ..is(Environment::Live) };
        assert!(add(&state, &shop.shop, StoreCode::GooglePlay, "com.live", live).await.parse::<i64>().is_ok());
        assert_eq!(count().await, 0);
        let app = apple_app(&state, &shop.shop.project).await;
        let shown = AppInput { nhn_test_payments: Some(true), ..AppInput::default() };
        projects::update_app(&state, &BY, &shop.shop.project, app, &shown).await.expect("changed");
        assert_eq!(count().await, 1);
    }
}
