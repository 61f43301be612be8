use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Account, Fault, Member, OperatorId, ProjectId, Role, Version};

/// Who belongs to a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersPage {
    pub members: Vec<Member>,
    /// Instance administrators, who enter every project as ADMIN.
    pub administrators: Vec<Account>,
    /// The reader, who can't change their own role.
    pub reader: OperatorId,
}

/// A member's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberPage {
    pub member: Member,
    /// The reader, who can't change their own role.
    pub is_self: bool,
}

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

/// A project's members. Administrators of the project.
#[server]
pub async fn list_members(project: ProjectId) -> Result<MembersPage, Fault> {
    use crate::{auth, model::Permission, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &project, Permission::Administer).await?;
    let reader = auth::signed_in(&state, &parts).await?.id;
    let members = auth::list_members(&state, &project).await?;
    Ok(MembersPage { members, administrators: auth::list_administrators(&state).await?, reader })
}

/// One member. Administrators of the project.
#[server]
pub async fn get_member(project: ProjectId, operator: OperatorId) -> Result<MemberPage, Fault> {
    use crate::{auth, model::Permission, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &project, Permission::Administer).await?;
    let reader = auth::signed_in(&state, &parts).await?;
    Ok(MemberPage { member: auth::get_member(&state, &project, &operator).await?, is_self: reader.id == operator })
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
