use crate::model::{App, StoreCode};

/// Where the app's store sends its notifications, in NHN Cloud IAP's form (docs/stores/nhn.md, Store notifications); none for
/// the test store. Apple's two forms of notification go to two places, ONE store's to the package name it knows the app by.
pub fn callback_path(app: &App) -> Option<String> {
    let id = &app.store_app_id;
    let setting = |name: &str| app.settings.get(name).map(String::as_str);
    match app.store {
        StoreCode::GooglePlay => Some(format!("/callback/subscription/{id}/GG")),
        StoreCode::AppStore if setting("notice_mode") == Some("V1") => Some(format!("/callback/subscription/{id}/AS")),
        StoreCode::AppStore => Some(format!("/callback/subscription/{id}/AS/v2")),
        StoreCode::OneStore => Some(format!("/markets/ONESTORE/notification/{}/receive", setting("package_name").unwrap_or(id))),
        StoreCode::Test => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AppSeq, AppSettings, Environment, Timestamp, UseStatus};

    fn path(store: StoreCode, settings: &[(&str, &str)]) -> Option<String> {
        callback_path(&App {
            app_seq: AppSeq(1_000_000),
            store,
            store_app_id: "com.example.game".into(),
            name: String::new(),
            environment: Environment::Live,
            status: UseStatus::Use,
            accept_sandbox: false,
            in_charge_since: None,
            beside_live: false,
            nhn_test_payments: false,
            settings: settings.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect::<AppSettings>(),
            version: crate::model::Version::FIRST,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        })
    }

    #[test]
    fn each_store_and_mode_has_its_form() {
        let is = |found: Option<String>, expected: &str| assert_eq!(found.as_deref(), Some(expected));
        is(path(StoreCode::GooglePlay, &[]), "/callback/subscription/com.example.game/GG");
        is(path(StoreCode::AppStore, &[]), "/callback/subscription/com.example.game/AS/v2");
        is(path(StoreCode::AppStore, &[("notice_mode", "V2")]), "/callback/subscription/com.example.game/AS/v2");
        is(path(StoreCode::AppStore, &[("notice_mode", "V1")]), "/callback/subscription/com.example.game/AS");
        is(path(StoreCode::OneStore, &[]), "/markets/ONESTORE/notification/com.example.game/receive");
        is(
            path(StoreCode::OneStore, &[("package_name", "com.example.one")]),
            "/markets/ONESTORE/notification/com.example.one/receive",
        );
        assert_eq!(path(StoreCode::Test, &[]), None);
    }
}
