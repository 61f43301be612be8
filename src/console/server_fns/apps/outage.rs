use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{AppSeq, Fault, ProjectId, Version};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BeginOutageForm {
    pub project: ProjectId,
    pub app: AppSeq,
    /// The one the form showed.
    pub version: Version,
    pub hours: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndOutageForm {
    pub project: ProjectId,
    pub app: AppSeq,
    /// The one the form showed.
    pub version: Version,
}

/// Begins outage mode, or moves its end. Operators of the project.
#[server]
pub async fn begin_outage_mode(input: BeginOutageForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let outage = Some(projects::OutageChange::Begin { hours: input.hours });
    let change = projects::AppInput { outage, seen: Some(input.version), ..Default::default() };
    projects::update_app(&state, &by, &input.project, input.app, &change).await?;
    Ok(())
}

/// Ends outage mode. Operators of the project.
#[server]
pub async fn end_outage_mode(input: EndOutageForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let outage = Some(projects::OutageChange::End);
    let change = projects::AppInput { outage, seen: Some(input.version), ..Default::default() };
    projects::update_app(&state, &by, &input.project, input.app, &change).await?;
    Ok(())
}
