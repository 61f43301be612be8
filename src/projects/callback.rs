use crate::model::{App, StoreCode};

/// Where the app's store sends its notices, in NHN Cloud IAP's form (nhn-iap.md 3.4); none for the test store.
pub fn callback_path(app: &App) -> Option<String> {
    let id = &app.store_app_id;
    match app.store {
        StoreCode::GooglePlay => Some(format!("/callback/subscription/{id}/GG")),
        StoreCode::AppStore => Some(format!("/callback/subscription/{id}/AS/v2")),
        StoreCode::OneStore => Some(format!("/markets/ONESTORE/notification/{id}/receive")),
        StoreCode::Test => None,
    }
}
