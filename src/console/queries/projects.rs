use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::auth;
use crate::console::Reader;
use crate::model::{AppKey, Fault, Overview, Permission, Project, ProjectId, SecretKey, StatisticsSettings, StorePolicy, Watch};
use crate::projects;
use crate::statistics;

/// A project's settings page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsPage {
    pub project: Project,
    /// The present one first.
    pub app_keys: Vec<AppKey>,
    pub secret_keys: Vec<SecretKey>,
    /// A secret made a moment ago, shown this once.
    pub new_secret: Option<String>,
    pub api_url: String,
    pub policy: StorePolicy,
    pub statistics: StatisticsSettings,
}

/// A project's settings; a secret made a moment ago is shown once. Administrators of the project.
pub async fn get_settings(project: ProjectId) -> Result<SettingsPage, Fault> {
    let Request { state, parts } = Request::of_member(&project, Permission::Administer).await?;
    Ok(SettingsPage {
        app_keys: projects::list_app_keys(&state, &project).await?,
        secret_keys: projects::list_secret_keys(&state, &project).await?,
        new_secret: auth::take_note(&state, &parts, project.as_str()).await?,
        api_url: state.config.public("/api/v1"),
        statistics: statistics::get_settings(&state, &project).await?,
        policy: projects::get_policy(&state, &project).await?,
        project: projects::get_project(&state, &project).await?,
    })
}

/// A project's numbers, by the days of the reader's zone. Readers of the project.
pub async fn get_overview(project: ProjectId) -> Result<Overview, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    Ok(statistics::get_overview(&state, &project, Reader::from_request().zone).await?)
}

/// What needs a person, and how the apps do. Readers of the project.
pub async fn get_watch(project: ProjectId) -> Result<Watch, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    Ok(statistics::get_watch(&state, &project).await?)
}
