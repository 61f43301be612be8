use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, ProjectId, Version};

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
