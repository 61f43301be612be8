//! Who belongs to a project. Nobody changes what they are in it themselves.

use serde_json::json;

use super::accounts::is_self;
use super::operators::parse_email;
use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{Member, OperatorId, ProjectId, Role};
use crate::state::AppState;

/// A project's members, by e-mail.
pub async fn list_members(state: &AppState, project: &ProjectId) -> Result<Vec<Member>> {
    let found = db::memberships::list(&mut state.db.read().await?, project).await?;
    found.into_iter().map(to_member).collect()
}

/// One member, or `NotFound`.
pub async fn get_member(state: &AppState, project: &ProjectId, id: &OperatorId) -> Result<Member> {
    let members = list_members(state, project).await?;
    members.into_iter().find(|member| member.id == *id).ok_or(Error::NotFound("member"))
}

fn to_member(found: db::memberships::Member) -> Result<Member> {
    Ok(Member {
        role: found.role()?,
        id: OperatorId(found.operator_id),
        email: found.email,
        name: found.name,
        is_active: found.is_active,
    })
}

/// Makes an operator with an account a member.
pub async fn add_member(state: &AppState, by: &By, project: &ProjectId, email: &str, role: Role) -> Result<()> {
    let email = parse_email(email)?;
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    state
        .db
        .write(async |tx| {
            let found = db::operators::find_by_email(tx, &email).await?.filter(|found| found.is_active);
            let id = found.ok_or_else(|| Error::invalid("email", "has no account"))?.id();
            refuse_self(by, &id)?;
            if !db::memberships::insert(tx, project, &id, role, at).await? {
                return Err(Error::invalid("email", "is a member already"));
            }
            let after = Some(json!({ "email": email, "role": role }));
            audit::record(tx, row_no, by, at, change("member.add", project, &id, None, after)).await
        })
        .await
}

/// Gives a member another role.
pub async fn set_member_role(state: &AppState, by: &By, project: &ProjectId, id: &OperatorId, role: Role) -> Result<()> {
    refuse_self(by, id)?;
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    state
        .db
        .write(async |tx| {
            let before = db::memberships::find_role(tx, project, id).await?.flatten().ok_or(Error::NotFound("member"))?;
            db::memberships::set_role(tx, project, id, role).await?;
            let (before, after) = (Some(json!({ "role": before })), Some(json!({ "role": role })));
            audit::record(tx, row_no, by, at, change("member.update", project, id, before, after)).await
        })
        .await
}

/// Ends a membership.
pub async fn remove_member(state: &AppState, by: &By, project: &ProjectId, id: &OperatorId) -> Result<()> {
    refuse_self(by, id)?;
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    state
        .db
        .write(async |tx| {
            let before = db::memberships::find_role(tx, project, id).await?.flatten().ok_or(Error::NotFound("member"))?;
            db::memberships::delete(tx, project, id).await?;
            let before = Some(json!({ "role": before }));
            audit::record(tx, row_no, by, at, change("member.remove", project, id, before, None)).await
        })
        .await
}

fn refuse_self(by: &By, id: &OperatorId) -> Result<()> {
    if is_self(by, id) { Err(Error::Denied("nobody changes their own role")) } else { Ok(()) }
}

fn change<'a>(
    action: &'static str,
    project: &'a ProjectId,
    id: &OperatorId,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Change<'a> {
    Change { action, project: Some(project), target: format!("operator:{id}"), before, after }
}
