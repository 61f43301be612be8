//! Testing an app's connection and keeping what was found.

use purser::audit::{self, By};
use purser::model::{AppSeq, AuditQuery, FindingCode, HealthStatus, StoreCode};
use purser::projects::{self, AppInput};

use crate::shop::Shop;
use crate::support::{TestState, on_both};

const BY: By = By::System("test");

async fn app_of(state: &TestState, shop: &Shop, store: StoreCode) -> AppSeq {
    let apps = projects::list_apps(state, &shop.project).await.expect("apps");
    apps.iter().find(|app| app.store == store).expect("an app").app_seq
}

on_both! {
    async fn what_was_found_is_kept_audited_and_grows_stale(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = app_of(&state, &shop, StoreCode::Test).await;
        assert_eq!(projects::find_health(&state, &shop.project, app).await.expect("reads"), None);
        let found = projects::check_app(&state, &BY, &shop.project, app).await.expect("checks");
        assert_eq!((found.status, found.findings[0].code), (HealthStatus::Ok, FindingCode::NothingToTest));
        assert_eq!(projects::find_health(&state, &shop.project, app).await.expect("reads"), Some(found.clone()));
        assert_eq!(projects::list_health(&state, &shop.project).await.expect("lists"), [(app, found)]);
        let query = AuditQuery { action: Some("app.check".into()), ..AuditQuery::default() };
        let rows = audit::list(&state, &query).await.expect("rows").items;
        assert_eq!((rows.len(), rows[0].target.as_str()), (1, format!("app:{app}").as_str()));
        state.clock.advance(1);
        let changes = AppInput { name: Some("Other".into()), ..AppInput::default() };
        projects::update_app(&state, &BY, &shop.project, app, &changes).await.expect("changes");
        assert!(projects::find_health(&state, &shop.project, app).await.expect("reads").expect("a test").is_stale);
        let stranger = projects::create_project(&state, &BY, "Other", None).await.expect("a project").id;
        assert!(projects::check_app(&state, &BY, &stranger, app).await.is_err(), "not another project's");
        assert_eq!(projects::find_health(&state, &stranger, app).await.expect("reads"), None);
    }

    async fn a_store_that_is_not_there_is_found_so(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = app_of(&state, &shop, StoreCode::AppStore).await;
        let found = projects::check_app(&state, &BY, &shop.project, app).await.expect("checks");
        assert_eq!((found.status, found.findings[0].code), (HealthStatus::Failed, FindingCode::Unreachable));
        assert!(found.findings[0].detail.as_deref().is_some_and(|detail| detail.contains("simulator is off")));
    }

    async fn a_simulated_app_is_given_a_key_of_its_own_once(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = app_of(&state, &shop, StoreCode::AppStore).await;
        let first = projects::get_app(&state, &shop.project, app).await.expect("an app");
        assert_eq!(first.stored_secrets, ["app_store_connect_private_key", "private_key"]);
        assert_eq!(first.app.settings["key_id"].len(), 10);
        let again = projects::update_app(&state, &BY, &shop.project, app, &AppInput::default()).await.expect("no change");
        assert!(!again);
        let store_app = projects::store_app_of(&state, &shop.project, app).await.expect("an app");
        assert!(purser::stores::is_private_key(store_app.secrets["private_key"].reveal()));
    }
}
