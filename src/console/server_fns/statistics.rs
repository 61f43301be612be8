use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, ProjectId};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatisticsForm {
    pub project: ProjectId,
    pub time_zone: String,
    pub sum_currency: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateForm {
    pub project: ProjectId,
    pub currency: String,
    pub valid_from: String,
    pub rate: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateDeleteForm {
    pub project: ProjectId,
    pub currency: String,
    pub valid_from: String,
}

/// Changes a project's time zone and the currency that is added up in. Administrators of the project.
#[server]
pub async fn update_statistics(input: StatisticsForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState, statistics};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    let change = statistics::SettingsInput { time_zone: &input.time_zone, sum_currency: &input.sum_currency };
    Ok(statistics::update_settings(&state, &by, &input.project, &change).await?)
}

/// Keeps an exchange rate. Administrators of the project.
#[server]
pub async fn save_rate(input: RateForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState, statistics};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    Ok(statistics::save_rate(&state, &by, &input.project, &input.currency, &input.valid_from, &input.rate).await?)
}

/// Takes an exchange rate away. Administrators of the project.
#[server]
pub async fn delete_rate(input: RateDeleteForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState, statistics};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    Ok(statistics::delete_rate(&state, &by, &input.project, &input.currency, &input.valid_from).await?)
}
