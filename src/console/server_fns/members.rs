use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, OperatorId, ProjectId, Role, Version};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewMemberForm {
    pub project: ProjectId,
    pub email: String,
    pub role: Role,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoleForm {
    pub project: ProjectId,
    pub operator: OperatorId,
    /// The one the form showed.
    pub version: Version,
    pub role: Role,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemoveForm {
    pub project: ProjectId,
    pub operator: OperatorId,
}

/// Makes an operator a member and goes to the list. Administrators of the project.
#[server]
pub async fn add_member(input: NewMemberForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, model::Permission, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    auth::add_member(&state, &by, &input.project, &input.email, input.role).await?;
    leptos_axum::redirect(&paths::members(&input.project));
    Ok(())
}

/// Gives a member another role. Administrators of the project.
#[server]
pub async fn set_member_role(input: RoleForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    Ok(auth::set_member_role(&state, &by, &input.project, &input.operator, input.role, Some(input.version)).await?)
}

/// Ends a membership and goes to the list. Administrators of the project.
#[server]
pub async fn remove_member(input: RemoveForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, model::Permission, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Administer).await?;
    auth::remove_member(&state, &by, &input.project, &input.operator).await?;
    leptos_axum::redirect(&paths::members(&input.project));
    Ok(())
}
