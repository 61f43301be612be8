use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::console::downloads;
use crate::model::{App, AppHealth, AppSeq, Fault, Permission, ProjectId, RefusedImport, Timestamp, TrustedRoot};
use crate::{auth, projects};

/// An app's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppPage {
    pub app: App,
    /// Names of the secrets that are stored; their values are never shown.
    pub stored_secrets: Vec<String>,
    /// Extra trust anchors; SIMULATOR apps only.
    pub trusted_roots: Vec<TrustedRoot>,
    /// What to enter in the store's console; none for the test store.
    pub callback_url: Option<String>,
    /// Whether free purchases stand beside LIVE apps, through this app.
    pub is_beside_live: bool,
    /// Whether this server is in charge only later: what is bought until then is not consumable.
    pub is_before_charge: bool,
    /// What the last test of its connection found.
    pub health: Option<AppHealth>,
    /// The end of outage mode, while it is on.
    pub outage_until: Option<Timestamp>,
    /// Whether the reader may change it.
    pub may_configure: bool,
}

/// An app in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppRow {
    pub app: App,
    /// What the last test of its connection found.
    pub health: Option<AppHealth>,
}

/// What was wrong with the last file of consumed orders, and the app it was for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsumedOrdersPage {
    pub app: App,
    pub refused: Option<RefusedImport>,
}

/// A project's apps. Readers of the project.
pub async fn list_apps(project: ProjectId) -> Result<Vec<AppRow>, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    let mut health = projects::list_health(&state, &project).await?;
    let mut of = |app: AppSeq| health.iter().position(|(of, _)| *of == app).map(|at| health.swap_remove(at).1);
    let apps = projects::list_apps(&state, &project).await?;
    Ok(apps.into_iter().map(|app| AppRow { health: of(app.app_seq), app }).collect())
}

/// One app, without its secrets. Readers of the project.
pub async fn get_app(project: ProjectId, app: AppSeq) -> Result<AppPage, Fault> {
    let request = Request::of_member(&project, Permission::Read).await?;
    let may_configure = request.may(&project, Permission::Configure).await;
    let Request { state, .. } = request;
    let found = projects::get_app(&state, &project, app).await?;
    let callback = state.stores.of(found.app.store).callback_path(&found.app).map(|path| state.config.public(&path));
    let is_before_charge = found.app.in_charge_since().0 > state.clock.now().0;
    Ok(AppPage {
        outage_until: found.app.outage_until.filter(|_| found.app.is_in_outage(state.clock.now())),
        app: found.app,
        stored_secrets: found.stored_secrets,
        trusted_roots: found.trusted_roots,
        callback_url: callback,
        is_beside_live: found.is_beside_live,
        is_before_charge,
        health: projects::find_health(&state, &project, app).await?,
        may_configure,
    })
}

/// The page to send a file of consumed orders from. Operators of the project.
pub async fn get_consumed_orders(project: ProjectId, app: AppSeq) -> Result<ConsumedOrdersPage, Fault> {
    let Request { state, parts } = Request::of_member(&project, Permission::Configure).await?;
    let note = auth::take_note(&state, &parts, &downloads::consumed_note(&project, app)).await?;
    let refused = note.and_then(|note| serde_json::from_str(&note).ok());
    Ok(ConsumedOrdersPage { app: projects::get_app(&state, &project, app).await?.app, refused })
}
