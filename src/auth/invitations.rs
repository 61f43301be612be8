//! Links that let a person choose a password, or go on without a lost second factor. An administrator hands them over.

mod follow;

use serde_json::json;

use super::accounts::{is_self, refuse_too_many};
use super::links::{NewToken, new_token};
use super::members::{insert_member, member_change};
use super::operators::parse_email;
use crate::audit::{self, By, Change, Stamp};
use crate::db::operators::{NewOperator, Operator};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::keys::random_text;
use crate::model::{AccountReason, LinkPurpose, OperatorId, ProjectId, Reason, Role};
use crate::projects::parse_name;
use crate::state::AppState;

pub use follow::{accept_invitation, find_link_holder, reset_second_factor};

const ID_BYTES: usize = 9;

/// Whom to invite.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub email: String,
    /// May be empty.
    pub name: String,
    pub is_admin: bool,
    /// The project it becomes a member of at once.
    pub membership: Option<(ProjectId, Role)>,
}

/// Makes an account without a password and gives its id and the link to choose one with; it works once, for 24 hours.
pub async fn invite(state: &AppState, by: &By, new: &NewInvitation) -> Result<(OperatorId, String)> {
    let email = parse_email(&new.email)?;
    let name = if new.name.trim().is_empty() { "" } else { parse_name("name", &new.name)? };
    let (id, at) = (OperatorId(random_text(ID_BYTES)?), state.clock.now());
    let token = new_token(at)?;
    state
        .db
        .write(async |tx| {
            let row = NewOperator { id: &id, email: &email, name, password_hash: "", is_admin: new.is_admin, at };
            refuse_too_many(tx).await?;
            if !db::operators::insert(tx, &row).await? {
                return Err(Error::invalid("email", AccountReason::HasAccount));
            }
            keep_link(tx, &token, LinkPurpose::Invitation, &id).await?;
            let change = Change {
                action: "operator.invite",
                project: None,
                target: format!("operator:{id}"),
                before: None,
                after: Some(json!({ "email": email, "isAdmin": new.is_admin })),
            };
            audit::record(tx, by, at, change).await?;
            match &new.membership {
                Some((project, role)) => join(tx, &Stamp { by, at }, project, &id, *role).await,
                None => Ok(()),
            }
        })
        .await?;
    let link = link(state, &token);
    Ok((id, link))
}

/// Makes a new account a member of a project.
async fn join(tx: &mut Tx, stamp: &Stamp<'_>, project: &ProjectId, id: &OperatorId, role: Role) -> Result<()> {
    if db::projects::find(tx, project).await?.is_none() {
        return Err(Error::invalid("project", Reason::NotChosen));
    }
    insert_member(tx, project, id, role, stamp.at).await?;
    stamp.record(tx, member_change("member.add", project, id, None, Some(json!({ "role": role })))).await
}

/// Gives a link to choose a (new) password with; earlier unused ones end. The old password works until then.
pub async fn make_password_link(state: &AppState, by: &By, id: &OperatorId) -> Result<String> {
    let purpose = |found: &Operator| match found.password_hash.is_empty() {
        true => Ok(LinkPurpose::Invitation),
        false => Ok(LinkPurpose::PasswordReset),
    };
    make_link(state, by, id, purpose).await
}

/// Gives a link to turn the second factor off with, by who knows the password; earlier unused ones end.
pub async fn make_second_factor_link(state: &AppState, by: &By, id: &OperatorId) -> Result<String> {
    let purpose = |found: &Operator| match found.totp_secret.is_some() {
        true => Ok(LinkPurpose::SecondFactorReset),
        false => Err(Error::conflict("NO_SECOND_FACTOR", "the account has no second factor")),
    };
    make_link(state, by, id, purpose).await
}

async fn make_link(
    state: &AppState,
    by: &By,
    id: &OperatorId,
    purpose_for: impl Fn(&Operator) -> Result<LinkPurpose>,
) -> Result<String> {
    if is_self(by, id) {
        return Err(Error::Denied("nobody makes a link for themselves"));
    }
    let at = state.clock.now();
    let token = new_token(at)?;
    state
        .db
        .write(async |tx| {
            let found = db::operators::find(tx, id).await?.ok_or(Error::NotFound("operator"))?;
            if !found.is_active {
                return Err(Error::conflict("INACTIVE", "the account is deactivated"));
            }
            let purpose = purpose_for(&found)?;
            db::one_time_links::delete_unused_of(tx, id).await?;
            keep_link(tx, &token, purpose, id).await?;
            let change = Change {
                action: "operator.make_link",
                project: None,
                target: format!("operator:{id}"),
                before: None,
                after: Some(json!({ "email": found.email, "purpose": purpose })),
            };
            audit::record(tx, by, at, change).await
        })
        .await?;
    Ok(link(state, &token))
}

async fn keep_link(tx: &mut Tx, token: &NewToken, purpose: LinkPurpose, operator: &OperatorId) -> Result<()> {
    db::one_time_links::insert(tx, &token.to_link(purpose, Some(operator))).await
}

fn link(state: &AppState, token: &NewToken) -> String {
    state.config.public(&format!("/invitation?token={}", token.text))
}
