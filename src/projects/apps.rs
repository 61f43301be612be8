mod draft;
mod fields;
mod outage;
mod write;

use std::collections::BTreeMap;

use super::beside_live::are_free_beside_live;
use super::roots::describe_roots;
use crate::audit::{By, Stamp};
use crate::db::{self, apps::StoredApp};
use crate::error::{Error, Result};
use crate::model::{App, AppReason, AppSeq, Environment, ProjectId, StoreCode, TrustedRoot, UseStatus, Version};
use crate::state::AppState;
use crate::stores::is_secret_field;

pub(crate) use draft::{draft_app, draft_change, parse_in_charge_since, parse_store_app_id};
pub(super) use fields::open_secrets;
pub use outage::OutageChange;
pub(crate) use write::{insert_app, write_app};

/// What an operator or a declared file says of an app. Absent fields stay as they are.
#[derive(Clone, Default)]
pub struct AppInput {
    pub name: Option<String>,
    pub environment: Option<Environment>,
    pub status: Option<UseStatus>,
    pub accept_sandbox: Option<bool>,
    /// RFC 3339; empty goes back to the app's creation.
    pub in_charge_since: Option<String>,
    /// Free purchases may stand beside paid ones.
    pub beside_live: Option<bool>,
    /// NHN's lists show this app's payments that are not LIVE.
    pub nhn_test_payments: Option<bool>,
    /// The store's fields by name, secret and not; an empty value takes the field away.
    pub fields: BTreeMap<String, String>,
    /// Outage mode; NHN Cloud IAP's switch among the fields counts where this says nothing.
    pub outage: Option<OutageChange>,
    /// Certificates in PEM or base64 DER; SIMULATOR only. Given ones replace all.
    pub trusted_roots: Option<Vec<String>>,
    /// The version the change is based on; none for any.
    pub seen: Option<Version>,
}

/// An app with the names of the secrets that are stored.
#[derive(Debug, Clone)]
pub struct AppDetail {
    pub app: App,
    pub stored_secrets: Vec<String>,
    pub trusted_roots: Vec<TrustedRoot>,
    /// Whether its free purchases stand beside LIVE apps, or the other way round.
    pub is_beside_live: bool,
}

/// Adds an app to the project. A second one of the same store and id is refused.
pub async fn create_app(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    store: StoreCode,
    store_app_id: &str,
    input: &AppInput,
) -> Result<App> {
    let at = state.clock.now();
    let seq = state.numbers.next_app().await?;
    let stored = draft_app(state, seq, store, store_app_id, input, at)?;
    let stamp = Stamp { by, at };
    state.db.write(async |tx| insert_app(tx, &stamp, project, &stored, input).await).await?;
    Ok(stored.app)
}

/// Changes an app; secrets that are not given stay. True when anything was different.
pub async fn update_app(state: &AppState, by: &By, project: &ProjectId, app: AppSeq, input: &AppInput) -> Result<bool> {
    let before = find(state, project, app).await?;
    if !before.app.version.is_base_of(input.seen) {
        return Err(Error::edited_meanwhile());
    }
    let Some(after) = draft_change(state, &before, input)? else { return Ok(false) };
    let at = state.clock.now();
    let stamp = Stamp { by, at };
    state.db.write(async |tx| write_app(tx, &stamp, project, &before, &after, input).await).await?;
    Ok(true)
}

/// The project's apps, oldest first.
pub async fn list_apps(state: &AppState, project: &ProjectId) -> Result<Vec<App>> {
    let found = db::apps::list(&mut state.db.read().await?, project).await?;
    Ok(found.into_iter().map(|stored| stored.app).collect())
}

/// An app of the project and which secrets it has, or `NotFound`.
pub async fn get_app(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<AppDetail> {
    let stored = find(state, project, app).await?;
    let stored_secrets = open_secrets(state, &stored)?.into_keys().collect();
    let is_beside_live = list_apps(state, project).await?.iter().any(|other| are_free_beside_live(other, &stored.app));
    Ok(AppDetail { stored_secrets, trusted_roots: describe_roots(&stored)?, is_beside_live, app: stored.app })
}

/// Takes a stored secret away, so that nothing can be done with it any more. `seen` is the app's version the change is based
/// on; none for any.
pub async fn remove_secret(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: AppSeq,
    name: &str,
    seen: Option<Version>,
) -> Result<()> {
    if !is_secret_field(name) {
        return Err(Error::invalid("name", AppReason::NoSecret));
    }
    let input = AppInput { fields: BTreeMap::from([(name.to_owned(), String::new())]), seen, ..AppInput::default() };
    if !update_app(state, by, project, app, &input).await? {
        return Err(Error::NotFound("secret"));
    }
    Ok(())
}

pub(super) async fn find(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<StoredApp> {
    db::apps::find(&mut state.db.read().await?, project, app).await?.ok_or(Error::NotFound("app"))
}
