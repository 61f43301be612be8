//! Who belongs to a project. Nobody changes what they are in it themselves.

use serde_json::json;

use super::accounts::is_self;
use super::operators::parse_email;
use crate::audit::{self, By, Change};
use crate::db::{self, Tx, memberships::MEMBERS_MAX};
use crate::error::{Error, Result};
use crate::model::{AccountReason, Kept, Member, OperatorId, ProjectId, Reason, Role, Timestamp, Version};
use crate::state::AppState;

/// A project's members, by e-mail.
pub async fn list_members(state: &AppState, project: &ProjectId) -> Result<Vec<Member>> {
    db::memberships::list(&mut state.db.read().await?, project).await
}

/// One member, or `NotFound`.
pub async fn get_member(state: &AppState, project: &ProjectId, id: &OperatorId) -> Result<Member> {
    db::memberships::find(&mut state.db.read().await?, project, id).await?.ok_or(Error::NotFound("member"))
}

/// Makes an operator with an account a member.
pub async fn add_member(state: &AppState, by: &By, project: &ProjectId, email: &str, role: Role) -> Result<()> {
    let email = parse_email(email)?;
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            let found = db::operators::find_by_email(tx, &email).await?.filter(|found| found.is_active);
            let id = found.ok_or_else(|| Error::invalid("email", AccountReason::NoAccount))?.id;
            refuse_self(by, &id)?;
            if !insert_member(tx, project, &id, role, at).await? {
                return Err(Error::invalid("email", AccountReason::MemberAlready));
            }
            let after = Some(json!({ "email": email, "role": role }));
            audit::record(tx, by, at, member_change("member.add", project, &id, None, after)).await
        })
        .await
}

/// Adds a member while there is room; false when the operator is one already.
pub(super) async fn insert_member(tx: &mut Tx, project: &ProjectId, id: &OperatorId, role: Role, at: Timestamp) -> Result<bool> {
    if db::memberships::count(tx, project).await? >= MEMBERS_MAX {
        return Err(Error::invalid("email", Reason::OneTooMany { of: Kept::Members, max: MEMBERS_MAX }));
    }
    db::memberships::insert(tx, project, id, role, at).await
}

/// Gives a member another role. `seen` is the version the change is based on; none for any.
pub async fn set_member_role(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    id: &OperatorId,
    role: Role,
    seen: Option<Version>,
) -> Result<()> {
    refuse_self(by, id)?;
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            let before = db::memberships::find(tx, project, id).await?.ok_or(Error::NotFound("member"))?;
            let is_seen = before.version.is_base_of(seen);
            if !is_seen || !db::memberships::set_role(tx, project, id, role, before.version).await? {
                return Err(Error::edited_meanwhile());
            }
            let (before, after) = (Some(json!({ "role": before.role })), Some(json!({ "role": role })));
            audit::record(tx, by, at, member_change("member.update", project, id, before, after)).await
        })
        .await
}

/// Ends a membership.
pub async fn remove_member(state: &AppState, by: &By, project: &ProjectId, id: &OperatorId) -> Result<()> {
    refuse_self(by, id)?;
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            let before = db::memberships::find_role(tx, project, id).await?.flatten().ok_or(Error::NotFound("member"))?;
            db::memberships::delete(tx, project, id).await?;
            let before = Some(json!({ "role": before }));
            audit::record(tx, by, at, member_change("member.remove", project, id, before, None)).await
        })
        .await
}

fn refuse_self(by: &By, id: &OperatorId) -> Result<()> {
    if is_self(by, id) { Err(Error::Denied("nobody changes their own role")) } else { Ok(()) }
}

pub(super) fn member_change<'a>(
    action: &'static str,
    project: &'a ProjectId,
    id: &OperatorId,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Change<'a> {
    Change { action, project: Some(project), target: format!("operator:{id}"), before, after }
}
