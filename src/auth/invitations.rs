//! Links that let a person choose a password: an invitation, or a reset. An administrator hands them over.

use serde_json::json;

use super::links::{NewToken, new_token};
use super::operators::parse_email;
use super::password;
use crate::audit::{self, By, Change, SignedIn};
use crate::db::{self, Tx, operators::NewOperator};
use crate::error::{Error, Result};
use crate::keys::{hash_secret, random_text};
use crate::model::{LinkPurpose, OperatorId};
use crate::projects::parse_name;
use crate::state::AppState;

const ID_BYTES: usize = 9;

/// Whom to invite.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    pub email: String,
    /// May be empty.
    pub name: String,
    pub is_admin: bool,
}

/// Makes an account without a password and gives the link to choose one with; it works once, for 24 hours.
pub async fn invite(state: &AppState, by: &By, new: &NewInvitation) -> Result<String> {
    let email = parse_email(&new.email)?;
    let name = if new.name.trim().is_empty() { "" } else { parse_name("name", &new.name)? };
    let (id, at, row_no) = (OperatorId(random_text(ID_BYTES)?), state.clock.now(), state.numbers.next_row().await?);
    let token = new_token(at)?;
    state
        .db
        .write(async |tx| {
            let row = NewOperator { id: &id, email: &email, name, password_hash: "", is_admin: new.is_admin, at };
            if !db::operators::insert(tx, &row).await? {
                return Err(Error::invalid("email", "has an account already"));
            }
            keep_link(tx, &token, LinkPurpose::Invitation, &id).await?;
            let change = Change {
                action: "operator.invite",
                project: None,
                target: format!("operator:{id}"),
                before: None,
                after: Some(json!({ "email": email, "isAdmin": new.is_admin })),
            };
            audit::record(tx, row_no, by, at, change).await
        })
        .await?;
    Ok(link(state, &token))
}

/// Gives a link to choose a new password with; earlier unused ones end. The old password works until then.
pub async fn make_reset_link(state: &AppState, by: &By, id: &OperatorId) -> Result<String> {
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    let token = new_token(at)?;
    state
        .db
        .write(async |tx| {
            let found = db::operators::find(tx, id).await?.ok_or(Error::NotFound("operator"))?;
            if !found.is_active {
                return Err(Error::conflict("INACTIVE", "the account is deactivated"));
            }
            let is_invited = found.password_hash.is_empty();
            let purpose = if is_invited { LinkPurpose::Invitation } else { LinkPurpose::PasswordReset };
            db::one_time_links::delete_unused_of(tx, id).await?;
            keep_link(tx, &token, purpose, id).await?;
            let change = Change {
                action: "operator.make_link",
                project: None,
                target: format!("operator:{id}"),
                before: None,
                after: Some(json!({ "email": found.email, "purpose": purpose })),
            };
            audit::record(tx, row_no, by, at, change).await
        })
        .await?;
    Ok(link(state, &token))
}

/// The e-mail a link is for; none when it no longer works.
pub async fn find_invited(state: &AppState, token: &str) -> Result<Option<String>> {
    let mut tx = state.db.read().await?;
    let found = db::one_time_links::find(&mut tx, &hash_secret(token), state.clock.now()).await?;
    let Some(id) = found.and_then(|link| link.operator) else { return Ok(None) };
    let operator = db::operators::find(&mut tx, &id).await?;
    Ok(operator.filter(|operator| operator.is_active).map(|operator| operator.email))
}

/// Uses a link up: the account gets this password, and all its sessions end.
pub async fn accept_invitation(state: &AppState, token: &str, password: &str, address: Option<String>) -> Result<SignedIn> {
    let (token_hash, at, row_no) = (hash_secret(token), state.clock.now(), state.numbers.next_row().await?);
    let mut tx = state.db.read().await?;
    let id = db::one_time_links::find(&mut tx, &token_hash, at).await?.and_then(|link| link.operator).ok_or_else(used)?;
    let found = db::operators::find(&mut tx, &id).await?.filter(|found| found.is_active).ok_or_else(used)?;
    drop(tx);
    password::check_choice("password", password, &found.email)?;
    let hash = password::hash(password).await?;
    let by = SignedIn { id, email: found.email, is_admin: found.is_admin, address };
    state
        .db
        .write(async |tx| {
            let is_changed = db::one_time_links::mark_used(tx, &token_hash, at).await?
                && db::operators::set_password(tx, &by.id, &found.password_hash, &hash, at).await?
                && db::operators::mark_signed_in(tx, &by.id, &hash, at).await?;
            if !is_changed {
                return Err(used());
            }
            let ended = db::sessions::delete_of(tx, &by.id, None).await?;
            let change = Change {
                action: "operator.choose_password",
                project: None,
                target: format!("operator:{}", by.id),
                before: None,
                after: Some(json!({ "email": by.email, "sessionsEnded": ended })),
            };
            audit::record(tx, row_no, &By::Operator(by.clone()), at, change).await
        })
        .await?;
    Ok(by)
}

async fn keep_link(tx: &mut Tx, token: &NewToken, purpose: LinkPurpose, operator: &OperatorId) -> Result<()> {
    db::one_time_links::insert(tx, &token.to_link(purpose, Some(operator))).await
}

fn link(state: &AppState, token: &NewToken) -> String {
    state.config.public(&format!("/invitation?token={}", token.text))
}

fn used() -> Error {
    Error::conflict("LINK_USED", "the link was used or is too old; ask an administrator for a new one")
}
