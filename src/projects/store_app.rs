//! Apps as the store adapters need them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::apps::open_secrets;
use crate::db::{self, apps::StoredApp};
use crate::error::{Error, Result};
use crate::model::{Ability, AppReason, AppSeq, ProjectId, Secret, StoreCode, UseStatus};
use crate::state::AppState;
use crate::stores::StoreApp;

/// The adapter's view of a stored app, its secrets unsealed.
pub fn to_store_app(state: &AppState, stored: StoredApp) -> Result<StoreApp> {
    let decode = |text: &String| STANDARD.decode(text).map_err(Error::internal);
    let secrets = open_secrets(state, &stored)?;
    Ok(StoreApp {
        in_charge_since: stored.app.in_charge_since(),
        outage_until: stored.app.outage_until,
        is_shut: stored.app.status == UseStatus::Stop && stored.app.sells_for_free(),
        app_seq: stored.app.app_seq,
        store: stored.app.store,
        store_app_id: stored.app.store_app_id,
        environment: stored.app.environment,
        accept_sandbox: stored.app.accept_sandbox,
        trusted_roots: stored.trusted_roots.iter().map(decode).collect::<Result<_>>()?,
        settings: stored.app.settings,
        secrets: secrets.into_iter().map(|(name, value)| (name, Secret(value))).collect(),
    })
}

/// Whether an app's store offers something, and this server can ask for it.
pub fn store_can(state: &AppState, store: StoreCode, ability: Ability) -> bool {
    state.stores.of(store).can(ability)
}

/// An app by its number, whatever its status: what was paid stays paid.
pub async fn store_app_of(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<StoreApp> {
    let stored = db::apps::find(&mut state.db.read().await?, project, app).await?.ok_or(Error::NotFound("app"))?;
    to_store_app(state, stored)
}

/// The project's app in a store; `app_id` (package name or bundle id) is needed only where there are several.
pub async fn app_for_store(state: &AppState, project: &ProjectId, store: StoreCode, app_id: Option<&str>) -> Result<StoreApp> {
    let apps = db::apps::list_of_store(&mut state.db.read().await?, project, store).await?;
    to_store_app(state, choose(apps, |stored| &stored.app.store_app_id, store, app_id)?)
}

/// The one app that is meant.
pub(crate) fn choose<T>(
    apps: impl IntoIterator<Item = T>,
    id_of: impl Fn(&T) -> &str,
    store: StoreCode,
    app_id: Option<&str>,
) -> Result<T> {
    let mut apps = apps.into_iter();
    if let Some(app_id) = app_id.filter(|app_id| !app_id.is_empty()) {
        let found = apps.find(|app| id_of(app) == app_id);
        return found.ok_or_else(|| Error::invalid("appId", AppReason::NoStoreAppOfId(store)));
    }
    match (apps.next(), apps.next()) {
        (None, _) => Err(Error::invalid("store", AppReason::NoStoreApp(store))),
        (Some(app), None) => Ok(app),
        _ => Err(Error::invalid("appId", AppReason::SeveralStoreApps(store))),
    }
}
