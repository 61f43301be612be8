//! ONE store's notifications at the addresses NHN Cloud IAP gave out.

use axum::http::StatusCode;
use purser::model::StoreCode;
use purser::projects::{self, AppInput};
use serde_json::json;

use crate::shop::{Key, Shop};
use crate::support::{TestState, on_both};

const BY: purser::audit::By = purser::audit::By::System("test");

on_both! {
    async fn an_app_is_found_by_any_of_its_names(state: TestState) {
        let shop = Shop::open(&state).await;
        let fields = [("client_id", "0000042301"), ("package_name", "com.example.one")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let input = AppInput { fields, beside_live: Some(true), ..AppInput::default() };
        projects::create_app(&state, &BY, &shop.project, StoreCode::OneStore, "com.example.game", &input).await.expect("an app");
        for path in [
            "/markets/ONESTORE/notification/{app}/receive",
            "/markets//ONESTORE/notification/{app}/receive",
            "/market-notifications/ONESTORE/{app}/receive",
            "/callback/subscription/{app}/ONESTORE",
        ] {
            for (app, status) in [
                ("com.example.game", StatusCode::UNAUTHORIZED),
                ("com.example.one", StatusCode::UNAUTHORIZED),
                ("0000042301", StatusCode::UNAUTHORIZED),
                ("com.example.nobody", StatusCode::NOT_FOUND),
                ("004230", StatusCode::NOT_FOUND),
                ("client_id", StatusCode::NOT_FOUND),
                ("%25", StatusCode::NOT_FOUND),
            ] {
                let path = path.replace("{app}", app);
                let (found, body) = shop.call(Key::None, "POST", &path, json!({ "purchaseId": "1" })).await;
                assert_eq!(found, status, "{path} {body}");
            }
            let path = path.replace("{app}", "com.example.game");
            let (status, body) = shop.call(Key::None, "POST", &path, json!({})).await;
            assert_eq!((status, &body["status"]), (StatusCode::BAD_REQUEST, &json!(400)), "{path} {body}");
        }
        let (status, _) = shop.call(Key::None, "POST", "/markets/GALAXY/notification/com.example.game/receive", json!({})).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
