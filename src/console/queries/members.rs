use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::auth;
use crate::model::{Account, Fault, Member, OperatorId, Permission, ProjectId};

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

/// A project's members. Administrators of the project.
pub async fn list_members(project: ProjectId) -> Result<MembersPage, Fault> {
    let Request { state, parts } = Request::of_member(&project, Permission::Administer).await?;
    let reader = auth::signed_in(&state, &parts).await?.id;
    let members = auth::list_members(&state, &project).await?;
    Ok(MembersPage { members, administrators: auth::list_administrators(&state).await?, reader })
}

/// One member. Administrators of the project.
pub async fn get_member(project: ProjectId, operator: OperatorId) -> Result<MemberPage, Fault> {
    let Request { state, parts } = Request::of_member(&project, Permission::Administer).await?;
    let reader = auth::signed_in(&state, &parts).await?;
    Ok(MemberPage { member: auth::get_member(&state, &project, &operator).await?, is_self: reader.id == operator })
}
