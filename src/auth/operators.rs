use serde_json::json;

use super::accounts::refuse_too_many;
use super::members::insert_member;
use super::password;
use super::password::confirm_password;
use super::sessions::end_all;
use crate::audit::{self, By, Change, SignedIn};
use crate::db::{self, Tx, operators::NewOperator};
use crate::error::{Error, Result};
use crate::keys::random_text;
use crate::model::{AccountReason, OperatorId, ProjectId, Role, Timestamp};
use crate::projects::parse_name;
use crate::state::AppState;

const ID_BYTES: usize = 9;
pub(super) const EMAIL_BYTES_MAX: usize = 254;

/// An account to make.
#[derive(Clone)]
pub struct NewAccount {
    pub email: String,
    /// May be empty; the address is shown then.
    pub name: String,
    pub password: String,
    pub is_admin: bool,
    /// A project to be a member of.
    pub membership: Option<(ProjectId, Role)>,
}

/// Whether anybody has an account yet.
pub async fn any_operator(state: &AppState) -> Result<bool> {
    db::operators::any_exists(&mut state.db.read().await?).await
}

/// Makes an account with a password.
pub async fn add_operator(state: &AppState, by: &By, new: &NewAccount) -> Result<OperatorId> {
    let prepared = prepare(state, new).await?;
    state.db.write(async |tx| insert(tx, by, new, &prepared).await).await?;
    Ok(prepared.id)
}

/// What a new account needs from outside a transaction.
pub(super) struct Prepared {
    pub id: OperatorId,
    email: String,
    name: String,
    hash: String,
    at: Timestamp,
}

pub(super) async fn prepare(state: &AppState, new: &NewAccount) -> Result<Prepared> {
    let email = parse_email(&new.email)?;
    let name = if new.name.trim().is_empty() { String::new() } else { parse_name("name", &new.name)?.to_owned() };
    password::check_choice("password", &new.password, &email)?;
    Ok(Prepared {
        id: OperatorId(random_text(ID_BYTES)?),
        hash: password::hash(&new.password).await?,
        at: state.clock.now(),
        email,
        name,
    })
}

pub(super) async fn insert(tx: &mut Tx, by: &By, new: &NewAccount, prepared: &Prepared) -> Result<()> {
    let Prepared { id, email, name, hash, at } = prepared;
    let row = NewOperator { id, email, name, password_hash: hash, is_admin: new.is_admin, at: *at };
    refuse_too_many(tx).await?;
    if !db::operators::insert(tx, &row).await? {
        return Err(Error::invalid("email", AccountReason::HasAccount));
    }
    if let Some((project, role)) = &new.membership {
        db::projects::find(tx, project).await?.ok_or(Error::NotFound("project"))?;
        insert_member(tx, project, id, *role, *at).await?;
    }
    let change = Change {
        action: "operator.create",
        project: new.membership.as_ref().map(|(project, _)| project),
        target: format!("operator:{id}"),
        before: None,
        after: Some(json!({ "email": email, "isAdmin": new.is_admin, "role": new.membership.as_ref().map(|(_, role)| role) })),
    };
    audit::record(tx, by, *at, change).await
}

/// Changes the caller's own password and ends all their other sessions. `keep` is the session that stays, by its stored id.
pub async fn change_password(state: &AppState, by: &SignedIn, current: &str, new: &str, keep: Option<&str>) -> Result<()> {
    password::check_choice("newPassword", new, &by.email)?;
    let found = confirm_password(state, by, "currentPassword", current).await?;
    let hash = password::hash(new).await?;
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            if !db::operators::set_password(tx, &by.id, &found.password_hash, &hash, at).await? {
                return Err(Error::conflict("CHANGED_MEANWHILE", "the password was changed meanwhile"));
            }
            end_all(tx, by, "operator.change_password", keep, at).await
        })
        .await
}

/// Changes the caller's own name.
pub async fn rename(state: &AppState, by: &SignedIn, name: &str) -> Result<()> {
    let name = parse_name("name", name)?;
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            let before = db::operators::find(tx, &by.id).await?.ok_or(Error::Unauthenticated)?;
            db::operators::set_name(tx, &by.id, name).await?;
            let change = Change {
                action: "operator.rename",
                project: None,
                target: format!("operator:{}", by.id),
                before: Some(json!({ "name": before.name })),
                after: Some(json!({ "name": name })),
            };
            audit::record(tx, &By::Operator(by.clone()), at, change).await
        })
        .await
}

/// An e-mail address in lower case; whether it reaches anybody is not our business.
pub fn parse_email(text: &str) -> Result<String> {
    let email = text.trim().to_lowercase();
    let parts = email.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'));
    let is_plain = !email.chars().any(|letter| letter.is_whitespace() || letter.is_control());
    if parts.is_none() || !is_plain || email.len() > EMAIL_BYTES_MAX {
        return Err(Error::invalid("email", AccountReason::NotAnEmail));
    }
    Ok(email)
}
