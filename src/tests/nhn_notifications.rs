//! Notifications of stores that can't be read yet are put off, never taken and lost.

use axum::http::StatusCode;
use purser::model::StoreCode;
use purser::projects::{self, AppInput};
use serde_json::json;

use crate::shop::{Key, Shop};
use crate::support::{TestState, on_both};

const BY: purser::audit::By = purser::audit::By::System("test");

on_both! {
    async fn a_known_apps_store_is_told_to_send_again(state: TestState) {
        let shop = Shop::open(&state).await;
        let fields = [("client_id".to_owned(), "client-1".to_owned())].into();
        let input = AppInput { fields, beside_live: Some(true), ..AppInput::default() };
        let app = ("com.example.game", StoreCode::OneStore);
        projects::create_app(&state, &BY, &shop.project, app.1, app.0, &input).await.expect("an app");
        for path in [
            "/markets/ONESTORE/notification/{app}/receive",
            "/markets//ONESTORE/notification/{app}/receive",
        ] {
            let known = path.replace("{app}", "com.example.game");
            assert_eq!(shop.call(Key::None, "POST", &known, json!({})).await.0, StatusCode::SERVICE_UNAVAILABLE, "{known}");
            let unknown = path.replace("{app}", "com.example.nobody");
            assert_eq!(shop.call(Key::None, "POST", &unknown, json!({})).await.0, StatusCode::NOT_FOUND, "{unknown}");
        }
        for (client, status) in [("client-1", StatusCode::SERVICE_UNAVAILABLE), ("client-2", StatusCode::NOT_FOUND)] {
            let path = format!("/market-notifications/ONESTORE/{client}/receive");
            assert_eq!(shop.call(Key::None, "POST", &path, json!({})).await.0, status);
        }
        let (status, _) = shop.call(Key::None, "POST", "/markets/GALAXY/notification/com.example.game/receive", json!({})).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
