use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{App, AppKey, Fault, NhnCalls, NhnSettings, ProjectId, Version};

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

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LegacyForm {
    pub project: ProjectId,
    /// The one the form showed.
    pub version: Version,
    #[serde(default)]
    pub legacy: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CompatibleForm {
    pub project: ProjectId,
    /// The one the form showed.
    pub version: Version,
    #[serde(default)]
    pub compatible: bool,
    /// Addresses and networks, separated by spaces, commas or lines; empty means from anywhere.
    pub addresses: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GamebaseForm {
    pub project: ProjectId,
    /// The one the form showed.
    pub version: Version,
    /// Empty goes back to the project's own id.
    pub gamebase_app_id: String,
    /// Empty keeps what is there.
    pub gamebase_secret: String,
    #[serde(default)]
    pub remove_secret: bool,
}

/// What the project takes over from NHN, where to point servers and stores, and what has come. Administrators of the project.
#[server]
pub async fn get_nhn(project: ProjectId) -> Result<NhnPage, Fault> {
    use crate::{auth, catalog, console::Reader, model::Permission, nhn, projects, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Administer).await?;
    let apps = projects::list_apps(&state, &project).await?;
    let notification = |app: App| projects::callback_path(&app).map(|path| (app, state.config.public(&path)));
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

/// Switches NHN's server API, and says from where it is answered. Administrators of the project.
#[server]
pub async fn set_nhn_compatible(input: CompatibleForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, nhn, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    let (compatible, addresses) = (Some(input.compatible), Some(input.addresses));
    let change = nhn::NhnInput { compatible, addresses, seen: Some(input.version), ..Default::default() };
    nhn::update_nhn_settings(&state, &by, &input.project, &change).await?;
    Ok(())
}

/// Switches the legacy calls. Administrators of the project.
#[server]
pub async fn set_nhn_legacy(input: LegacyForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, nhn, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    let change = nhn::NhnInput { legacy: Some(input.legacy), seen: Some(input.version), ..Default::default() };
    nhn::update_nhn_settings(&state, &by, &input.project, &change).await?;
    Ok(())
}

/// Takes over Gamebase's app id and secret key. Administrators of the project.
#[server]
pub async fn set_gamebase(input: GamebaseForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, nhn, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    let given = Some(input.gamebase_secret).filter(|secret| !secret.trim().is_empty());
    let gamebase_secret = if input.remove_secret { Some(String::new()) } else { given };
    let (gamebase_app_id, seen) = (Some(input.gamebase_app_id), Some(input.version));
    let change = nhn::NhnInput { gamebase_app_id, gamebase_secret, seen, ..Default::default() };
    nhn::update_nhn_settings(&state, &by, &input.project, &change).await?;
    Ok(())
}
