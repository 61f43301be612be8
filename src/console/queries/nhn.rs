use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::console::Reader;
use crate::model::{App, AppKey, Fault, NhnCalls, NhnSettings, Permission, ProjectId};
use crate::{catalog, nhn, projects};

/// Everything about coming from NHN Cloud IAP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NhnPage {
    pub project: ProjectId,
    pub settings: NhnSettings,
    /// The present one first.
    pub app_keys: Vec<AppKey>,
    /// Our host, with its scheme, as the outside reaches it.
    pub host: String,
    /// Each app with where its store sends notifications.
    pub notifications: Vec<(App, String)>,
    pub has_product: bool,
    pub calls: NhnCalls,
}

/// What the project takes over from NHN, where to point servers and stores, and what has come. Administrators of the project.
pub async fn get_nhn(project: ProjectId) -> Result<NhnPage, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Administer).await?;
    let apps = projects::list_apps(&state, &project).await?;
    let notification = |app: App| state.stores.of(app.store).callback_path(&app).map(|path| (app, state.config.public(&path)));
    Ok(NhnPage {
        settings: nhn::get_nhn_settings(&state, &project).await?,
        app_keys: projects::list_app_keys(&state, &project).await?,
        host: state.config.public(""),
        notifications: apps.into_iter().filter_map(notification).collect(),
        has_product: !catalog::list_products(&state, &project, &Default::default()).await?.items.is_empty(),
        calls: nhn::list_calls(&state, &project, Reader::from_request().zone).await?,
        project,
    })
}
