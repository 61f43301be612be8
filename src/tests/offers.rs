//! Signing offers through the API.

use axum::http::StatusCode;
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::model::{ProductType, StoreCode};
use purser::projects;
use serde_json::{Value, json};

use crate::shop::{Key, Shop};
use crate::support::{TestState, on_both};

const PATH: &str = "/api/v1/offers/apple/signature";

async fn shop_with_subscription(state: &TestState) -> Shop {
    let shop = Shop::open(state).await;
    let apps = projects::list_apps(state, &shop.project).await.expect("apps");
    let app = apps.iter().find(|app| app.store == StoreCode::AppStore).expect("an App Store app").app_seq;
    let details = ProductInput::default();
    let product_type = ProductType::AutoSubscription;
    let new = NewProduct { app, store_product_id: "vip.month", product_type, details: &details };
    catalog::create_product(state, &By::System("test"), &shop.project, &new).await.expect("a product");
    shop
}

on_both! {
    async fn a_game_server_gets_what_the_app_hands_to_the_store(state: TestState) {
        let shop = shop_with_subscription(&state).await;
        let body = json!({ "productId": "vip.month", "offerId": "back.50", "userKey": "player-1" });
        let (status, first) = shop.call(Key::Secret, "POST", PATH, body.clone()).await;
        assert_eq!(status, StatusCode::OK, "{first}");
        let (_, user) = shop.call(Key::App, "POST", "/api/v1/users", json!({ "userKey": "player-1" })).await;
        assert_eq!(first["username"], user["accountToken"]);
        assert_eq!((first["form"].as_str(), first["timestamp"].as_i64()), (Some("ORIGINAL"), Some(state.clock.now().0)));
        assert!(first["signature"].as_str().is_some_and(|text| text.starts_with("M")) && first.get("jws").is_none());
        let (_, second) = shop.call(Key::Secret, "POST", PATH, body.clone()).await;
        assert_ne!(first["nonce"], second["nonce"], "a nonce is used once");
        let headers = [("idempotency-key", "once")];
        let (_, third) = shop.call_with(Key::Secret, "POST", PATH, body.clone(), &headers).await;
        let (_, again) = shop.call_with(Key::Secret, "POST", PATH, body, &headers).await;
        assert_eq!(third, again);
        for form in ["PROMOTIONAL_OFFER", "introductory-offer-eligibility"] {
            let body = json!({ "productId": "vip.month", "offerId": "back.50", "form": form, "transactionId": "7" });
            let (status, signed) = shop.call(Key::Secret, "POST", PATH, body).await;
            assert_eq!(status, StatusCode::OK, "{signed}");
            assert!(signed["jws"].as_str().is_some_and(|text| text.starts_with("ey")) && signed.get("signature").is_none());
        }
    }

    async fn what_is_wrong_is_named(state: TestState) {
        let shop = shop_with_subscription(&state).await;
        let good = json!({ "productId": "vip.month", "offerId": "back.50" });
        for (changes, param) in [
            (json!({ "productId": "gem_100" }), "productId"),
            (json!({ "productId": "nothing" }), "productId"),
            (json!({ "offerId": null }), "offerId"),
            (json!({ "offerId": "a\u{2063}b" }), "offerId"),
            (json!({ "form": "SEALED" }), "form"),
            (json!({ "accountToken": "x" }), "accountToken"),
            (json!({ "userKey": "a", "applicationUsername": "b" }), "userKey"),
            (json!({ "applicationUsername": "" }), "applicationUsername"),
            (json!({ "transactionId": "7a" }), "transactionId"),
            (json!({ "form": "INTRODUCTORY_OFFER_ELIGIBILITY" }), "transactionId"),
            (json!({ "appId": "com.example.other" }), "appId"),
            (json!({ "colour": "red" }), "colour"),
        ] {
            let mut body = good.clone();
            body.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
            let (status, problem) = shop.call(Key::Secret, "POST", PATH, body).await;
            assert_eq!((status, problem["param"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(param)), "{changes}");
        }
        let (status, _) = shop.call(Key::App, "POST", PATH, good).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "apps may not sign for themselves");
        let (status, _) = shop.call(Key::None, "POST", PATH, Value::Null).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
}
