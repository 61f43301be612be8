use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, OperatorId, ProjectId, Role, Version};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvitationForm {
    pub email: String,
    pub name: String,
    #[serde(default)]
    pub is_admin: bool,
    /// The project the operator becomes a member of; none when empty.
    #[serde(default)]
    pub project: String,
    #[serde(default)]
    pub role: Option<Role>,
}

/// What to change of an operator's rights; what is not sent stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RightsForm {
    pub operator: OperatorId,
    /// The one the form showed.
    pub version: Version,
    pub is_admin: Option<bool>,
    pub is_active: Option<bool>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LinkForm {
    pub operator: OperatorId,
}

/// Makes an account and goes to its page, which shows the link to hand over. Instance administrators.
#[server]
pub async fn invite_operator(input: InvitationForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::administrator(&state, &parts).await?;
    let project = Some(ProjectId(input.project)).filter(|project| !project.as_str().is_empty());
    let membership = project.map(|project| (project, input.role.unwrap_or(Role::Viewer)));
    let new = auth::NewInvitation { email: input.email, name: input.name, is_admin: input.is_admin, membership };
    let (operator, link) = auth::invite(&state, &by, &new).await?;
    auth::put_flash(&state, &parts, operator.as_str(), &link).await?;
    leptos_axum::redirect(&paths::operator(&operator));
    Ok(())
}

/// Makes or unmakes an administrator, deactivates or activates an account. Instance administrators.
#[server]
pub async fn update_operator(input: RightsForm) -> Result<(), Fault> {
    use crate::{auth, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::administrator(&state, &expect_context::<http::request::Parts>()).await?;
    let rights = auth::Rights { is_admin: input.is_admin, is_active: input.is_active, seen: Some(input.version) };
    Ok(auth::update_account(&state, &by, &input.operator, rights).await?)
}

/// Makes a link to choose a password with, left for the operator's page to show once. Instance administrators.
#[server]
pub async fn make_password_link(input: LinkForm) -> Result<(), Fault> {
    use crate::{auth, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::administrator(&state, &parts).await?;
    let link = auth::make_password_link(&state, &by, &input.operator).await?;
    Ok(auth::put_flash(&state, &parts, input.operator.as_str(), &link).await?)
}

/// Makes a link to turn the second factor off with, left for the operator's page to show once. Instance administrators.
#[server]
pub async fn make_second_factor_link(input: LinkForm) -> Result<(), Fault> {
    use crate::{auth, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::administrator(&state, &parts).await?;
    let link = auth::make_second_factor_link(&state, &by, &input.operator).await?;
    Ok(auth::put_flash(&state, &parts, input.operator.as_str(), &link).await?)
}
