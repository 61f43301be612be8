//! Signing in: the password, then (with a second factor) a code.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::operators::EMAIL_BYTES_MAX;
use super::password::{self, Lane};
use super::second_factor::{check_code, wrong_code};
use super::throttle::Subjects;
use super::visitor::Visitor;
use crate::audit::{self, By, Change, SignedIn};
use crate::db::{self, Tx, operators::Operator};
use crate::error::{Error, Result};
use crate::model::{AccountReason, OperatorId, Timestamp};
use crate::state::AppState;

/// How long after the password a code is taken.
const CODE_MILLIS: i64 = 10 * Timestamp::MINUTE;

/// What a person types at the door.
#[derive(Clone)]
pub struct Credentials {
    pub email: String,
    pub password: String,
    /// Where the request came from.
    pub from: Visitor,
}

/// How far the password got them.
#[derive(Debug, Clone)]
pub enum SignIn {
    Done(SignedIn),
    /// To the second step: the session remembers who.
    CodeNeeded(PendingSignIn),
}

/// Who gave the right password and has yet to give a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingSignIn {
    operator: OperatorId,
    /// Which password it was, so that a changed one ends this.
    password_changed_at: Timestamp,
    at: Timestamp,
}

impl PendingSignIn {
    pub(super) fn new(operator: &OperatorId, password_changed_at: Timestamp, at: Timestamp) -> Self {
        Self { operator: operator.clone(), password_changed_at, at }
    }
}

/// Checks e-mail and password. Unknown e-mail, wrong password and a deactivated account are told apart by nobody.
pub async fn sign_in(state: &AppState, input: &Credentials) -> Result<SignIn> {
    let email = input.email.trim().to_lowercase();
    // Longer than any account's: nothing of it is kept or hashed.
    if email.len() > EMAIL_BYTES_MAX {
        return Err(wrong());
    }
    let at = state.clock.now();
    let found = db::operators::find_by_email(&mut state.db.read().await?, &email).await?.filter(|found| found.is_active);
    let subjects = Subjects::account(state, &email, found.as_ref(), &input.from);
    let try_id = state.db.write(async |tx| subjects.charge(tx, at).await).await?;

    let lane = if subjects.is_known() { Lane::Known } else { Lane::Strangers };
    let is_right = password::verify(lane, &input.password, found.as_ref().map(|found| found.password_hash.as_str())).await?;
    let operator = found.filter(|_| is_right).ok_or_else(wrong)?;
    if operator.totp_secret.is_some() {
        state.db.write(async |tx| subjects.forgive(tx, try_id).await).await?;
        return Ok(SignIn::CodeNeeded(PendingSignIn::new(&operator.id, operator.password_changed_at, at)));
    }
    let signed_in = signed_in(&operator, input.from.address_text());
    state
        .db
        .write(async |tx| {
            if !record_entry(tx, &signed_in, &operator, at, None).await? {
                return Err(wrong());
            }
            subjects.forgive(tx, try_id).await
        })
        .await?;
    Ok(SignIn::Done(signed_in))
}

/// The second step: a code of the authenticator app, or a recovery code; each is taken once.
pub async fn enter_code(state: &AppState, half: Option<PendingSignIn>, code: &str, from: &Visitor) -> Result<SignedIn> {
    let at = state.clock.now();
    let half = half.filter(|half| at.0 < half.at.0 + CODE_MILLIS).ok_or_else(too_late)?;
    let found = db::operators::find(&mut state.db.read().await?, &half.operator).await?;
    let is_same = |found: &Operator| found.is_active && found.password_changed_at == half.password_changed_at;
    let operator = found.filter(is_same).ok_or_else(too_late)?;
    let subjects = Subjects::code(state, &operator, from);
    let code = check_code(state, &operator, code, &subjects).await?;
    let signed_in = signed_in(&operator, from.address_text());
    let second = if code.is_recovery() { "recoveryCode" } else { "totp" };
    state
        .db
        .write(async |tx| {
            if !code.take(tx, &operator, at).await? {
                return Err(wrong_code());
            }
            if !record_entry(tx, &signed_in, &operator, at, Some(second)).await? {
                return Err(too_late());
            }
            subjects.forgive(tx, code.try_id).await
        })
        .await?;
    Ok(signed_in)
}

fn signed_in(operator: &Operator, address: Option<String>) -> SignedIn {
    SignedIn { id: operator.id.clone(), email: operator.email.clone(), is_admin: operator.is_admin, address }
}

/// Writes a sign-in down; false when the password was changed, or the account deactivated, meanwhile.
async fn record_entry(tx: &mut Tx, by: &SignedIn, operator: &Operator, at: Timestamp, second: Option<&str>) -> Result<bool> {
    if !db::operators::mark_signed_in(tx, &by.id, &operator.password_hash, at).await? {
        return Ok(false);
    }
    let mut after = json!({ "email": by.email });
    if let Some(second) = second {
        after["secondFactor"] = second.into();
    }
    let target = format!("operator:{}", by.id);
    let change = Change { action: "operator.sign_in", project: None, target, before: None, after: Some(after) };
    audit::record(tx, &By::Operator(by.clone()), at, change).await?;
    Ok(true)
}

fn wrong() -> Error {
    Error::invalid("password", AccountReason::WrongSignIn)
}

fn too_late() -> Error {
    Error::conflict("SIGN_IN_AGAIN", "the sign-in took too long or the account changed; sign in again")
}
