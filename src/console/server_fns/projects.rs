use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{ConsumptionPolicy, Fault, ProjectId, Version};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewProjectForm {
    pub name: String,
    /// An AppKey to take over; empty makes a new one.
    pub app_key: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProjectForm {
    pub project: ProjectId,
    /// The one the form showed.
    pub version: Version,
    pub name: String,
    #[serde(default)]
    pub client_consume: bool,
    #[serde(default)]
    pub user_token_required: bool,
    #[serde(default)]
    pub account_token_required: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RotateForm {
    pub project: ProjectId,
    pub app_key: String,
    pub overlap_hours: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecretKeyForm {
    pub project: ProjectId,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeForm {
    pub project: ProjectId,
    pub id: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PolicyForm {
    pub project: ProjectId,
    /// The one the form showed.
    pub version: Version,
    pub consumption: ConsumptionPolicy,
    /// Players agreed to their use being told to the store.
    #[serde(default)]
    pub consent: bool,
}

/// Makes a project. Instance administrators.
#[server]
pub async fn create_project(input: NewProjectForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::administrator(&state, &expect_context::<http::request::Parts>()).await?;
    let app_key = Some(input.app_key.trim()).filter(|key| !key.is_empty());
    let project = projects::create_project(&state, &by, &input.name, app_key).await?;
    leptos_axum::redirect(&paths::project(&project.id));
    Ok(())
}

/// Changes a project's name, consume model and demands. Administrators of the project.
#[server]
pub async fn update_project(input: ProjectForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    let change = projects::ProjectInput {
        name: input.name,
        client_consume: input.client_consume,
        user_token_required: input.user_token_required,
        account_token_required: input.account_token_required,
        seen: Some(input.version),
    };
    Ok(projects::update_project(&state, &by, &input.project, &change).await?)
}

/// Gives the project a new AppKey. Administrators of the project.
#[server]
pub async fn rotate_app_key(input: RotateForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    let given = Some(input.app_key.trim()).filter(|key| !key.is_empty());
    projects::rotate_app_key(&state, &by, &input.project, given, input.overlap_hours).await?;
    Ok(())
}

/// Makes a secret key; its secret is left for the settings page to show once. Administrators of the project.
#[server]
pub async fn create_secret_key(input: SecretKeyForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::member(&state, &parts, &input.project, Permission::Administer).await?;
    let created = projects::create_secret_key(&state, &by, &input.project, &input.name, None).await?;
    Ok(auth::put_flash(&state, &parts, input.project.as_str(), &created.secret).await?)
}

/// Ends a secret key. Administrators of the project.
#[server]
pub async fn revoke_secret_key(input: RevokeForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    Ok(projects::revoke_secret_key(&state, &by, &input.project, &input.id).await?)
}

/// Changes what the App Store is told when it asks before a refund. Administrators of the project.
#[server]
pub async fn update_policy(input: PolicyForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    let PolicyForm { project, version, consumption, consent } = input;
    projects::update_policy(&state, &by, &project, consumption, consent, Some(version)).await?;
    Ok(())
}
