//! Links that let a person choose a password, or go on without a lost second factor. An administrator hands them over.

use serde_json::json;

use super::accounts::{is_self, refuse_too_many};
use super::links::{NewToken, new_token};
use super::operators::parse_email;
use super::password::{self, Lane};
use super::sessions::end_all;
use super::sign_in::{PendingSignIn, SignIn};
use super::throttle::Subjects;
use super::visitor::Visitor;
use crate::audit::{self, By, Change, SignedIn};
use crate::db::{self, Tx, operators::NewOperator, operators::Operator};
use crate::error::{Error, Result};
use crate::keys::{hash_secret, random_text};
use crate::model::{AccountReason, LinkHolder, LinkPurpose, OperatorId};
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
            audit::record(tx, by, at, change).await
        })
        .await?;
    let link = link(state, &token);
    Ok((id, link))
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

/// Whom a link is for and what it does; none when it no longer works.
pub async fn find_link_holder(state: &AppState, token: &str) -> Result<Option<LinkHolder>> {
    let found = find_link(state, &hash_secret(token)).await?;
    Ok(found.map(|(operator, purpose)| LinkHolder { email: operator.email, purpose }))
}

/// Uses a link up: the account gets this password, and all its sessions end. With a second factor, its code is still needed.
pub async fn accept_invitation(state: &AppState, token: &str, password: &str, address: Option<String>) -> Result<SignIn> {
    let (token_hash, at) = (hash_secret(token), state.clock.now());
    let found = find_link(state, &token_hash).await?.filter(|(_, purpose)| *purpose != LinkPurpose::SecondFactorReset);
    let (found, _) = found.ok_or_else(used)?;
    password::check_choice("password", password, &found.email)?;
    let hash = password::hash(password).await?;
    let by = SignedIn { id: found.id.clone(), email: found.email.clone(), is_admin: found.is_admin, address };
    let has_second = found.totp_secret.is_some();
    state
        .db
        .write(async |tx| {
            let is_changed = db::one_time_links::mark_used(tx, &token_hash, at).await?
                && db::operators::set_password(tx, &by.id, &found.password_hash, &hash, at).await?
                && (has_second || db::operators::mark_signed_in(tx, &by.id, &hash, at).await?);
            if !is_changed {
                return Err(used());
            }
            end_all(tx, &by, "operator.choose_password", None, at).await
        })
        .await?;
    Ok(if has_second { SignIn::CodeNeeded(PendingSignIn::new(&by.id, at, at)) } else { SignIn::Done(by) })
}

/// Uses a link up: the account has no second factor any more, and all its sessions end. The password must be right; tries are
/// limited as at the door.
pub async fn reset_second_factor(state: &AppState, token: &str, password: &str, from: &Visitor) -> Result<()> {
    let (token_hash, at) = (hash_secret(token), state.clock.now());
    let found = find_link(state, &token_hash).await?.filter(|(_, purpose)| *purpose == LinkPurpose::SecondFactorReset);
    let (found, _) = found.ok_or_else(used)?;
    let subjects = Subjects::account(state, &found.email, Some(&found), from);
    let try_id = state.db.write(async |tx| subjects.charge(tx, at).await).await?;
    if !password::verify(Lane::Known, password, Some(&found.password_hash)).await? {
        return Err(Error::invalid("password", AccountReason::Wrong));
    }
    let by = SignedIn { id: found.id, email: found.email, is_admin: found.is_admin, address: from.address_text() };
    state
        .db
        .write(async |tx| {
            if !db::one_time_links::mark_used(tx, &token_hash, at).await? || !db::operators::clear_totp(tx, &by.id).await? {
                return Err(used());
            }
            db::recovery_codes::delete_of(tx, &by.id).await?;
            subjects.forgive(tx, try_id).await?;
            end_all(tx, &by, "operator.reset_second_factor", None, at).await
        })
        .await
}

/// The active account behind a link that still works.
async fn find_link(state: &AppState, token_hash: &str) -> Result<Option<(Operator, LinkPurpose)>> {
    let mut tx = state.db.read().await?;
    let Some(link) = db::one_time_links::find(&mut tx, token_hash, state.clock.now()).await? else { return Ok(None) };
    let Some(id) = link.operator else { return Ok(None) };
    let found = db::operators::find(&mut tx, &id).await?.filter(|found| found.is_active);
    Ok(found.map(|found| (found, link.purpose)))
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
