//! How outage mode is switched: by an operator, and by NHN Cloud IAP's setting in a form or a file.

use std::collections::BTreeMap;

use purser::audit::{self, By};
use purser::error::{Error, Result};
use purser::model::{App, AppSeq, AuditQuery, Environment, StoreCode, Timestamp};
use purser::projects::{self, AppInput, OutageChange};

use crate::shop::Shop;
use crate::support::{TestState, on_both};

const BY: By = By::System("test");

async fn open(state: &TestState) -> (Shop, AppSeq) {
    let shop = Shop::open(state).await;
    let app = create(state, &shop, StoreCode::GooglePlay).await;
    (shop, app)
}

async fn create(state: &TestState, shop: &Shop, store: StoreCode) -> AppSeq {
    let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
    let app = projects::create_app(state, &BY, &shop.project, store, "com.example.switch", &input).await.expect("an app");
    app.app_seq
}

async fn update(state: &TestState, shop: &Shop, app: AppSeq, input: AppInput) -> Result<App> {
    projects::update_app(state, &BY, &shop.project, app, &input).await?;
    Ok(projects::get_app(state, &shop.project, app).await?.app)
}

fn setting(value: &str) -> AppInput {
    AppInput { fields: BTreeMap::from([("skip_market_verification".to_owned(), value.to_owned())]), ..AppInput::default() }
}

fn outage(change: OutageChange) -> AppInput {
    AppInput { outage: Some(change), ..AppInput::default() }
}

on_both! {
    async fn nhns_setting_begins_it_for_a_day_and_does_not_begin_it_anew(state: TestState) {
        let (shop, app) = open(&state).await;
        let now = state.clock.now();
        let begun = update(&state, &shop, app, setting("YES")).await.expect("is changed");
        assert_eq!(begun.outage_until, Some(now.plus_millis(Timestamp::DAY)));
        state.clock.advance(2 * Timestamp::DAY);
        let again = update(&state, &shop, app, setting("YES")).await.expect("is the same");
        assert_eq!(again.outage_until, begun.outage_until);
        assert!(!again.is_in_outage(state.clock.now()), "over");
        for off in ["NO", ""] {
            let ended = update(&state, &shop, app, setting(off)).await.expect("is changed");
            assert_eq!(ended.outage_until, None, "{off}");
            let begun = update(&state, &shop, app, setting("YES")).await.expect("is changed");
            assert!(begun.is_in_outage(state.clock.now()));
        }
    }

    async fn an_operator_says_for_how_long(state: TestState) {
        let (shop, app) = open(&state).await;
        for hours in [0, 73] {
            let refused = update(&state, &shop, app, outage(OutageChange::Begin { hours })).await;
            assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == "hours"), "{hours}: {refused:?}");
        }
        let now = state.clock.now();
        let begun = update(&state, &shop, app, outage(OutageChange::Begin { hours: 72 })).await.expect("begins");
        assert_eq!(begun.outage_until, Some(now.plus_millis(3 * Timestamp::DAY)));
        let ended = update(&state, &shop, app, outage(OutageChange::End)).await.expect("ends");
        assert_eq!((ended.outage_until, ended.settings.get("skip_market_verification")), (None, None));
        let rows = audit::list(&state, &AuditQuery { project: Some(shop.project.clone()), ..AuditQuery::default() }).await;
        let rows = rows.expect("a list").items;
        let told = rows.iter().filter(|row| row.action == "app.update" && format!("{:?}", row.after).contains("outageUntil"));
        assert_eq!(told.count(), 2);
    }

    async fn without_a_licence_key_or_such_a_store_there_is_none(state: TestState) {
        let (shop, app) = open(&state).await;
        let keyless = AppInput { fields: BTreeMap::from([("license_key".to_owned(), String::new())]), ..AppInput::default() };
        update(&state, &shop, app, keyless).await.expect("is changed");
        let refused = update(&state, &shop, app, outage(OutageChange::Begin { hours: 1 })).await;
        assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == "hours"), "{refused:?}");
        let app = create(&state, &shop, StoreCode::AppStore).await;
        let refused = update(&state, &shop, app, outage(OutageChange::Begin { hours: 1 })).await;
        assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == "hours"), "{refused:?}");
    }
}
