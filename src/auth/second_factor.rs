//! A second factor beside the password: codes of an authenticator app, and recovery codes for who has lost it.

mod codes;

use serde_json::{Value, json};
use tower_sessions::Session;

use super::confirm::confirm_password;
use super::throttle::Subjects;
use super::totp;
use crate::audit::{self, By, Change, SignedIn};
use crate::db::{self, operators::Operator};
use crate::error::{Error, Result};
use crate::model::{OperatorId, SecondFactor, TotpDraft};
use crate::state::AppState;
use codes::{new_recovery_codes, plain};

pub(super) use codes::{GivenCode, check_code, wrong_code};

/// The member of a session's data that holds a secret not confirmed yet, sealed.
const DRAFT: &str = "totp_draft";

/// What a person gives to change their second factor: both of what they know and have.
#[derive(Clone)]
pub struct BothFactors {
    pub password: String,
    pub code: String,
}

/// What an account has as second factor.
pub async fn get_second_factor(state: &AppState, by: &SignedIn) -> Result<SecondFactor> {
    let mut tx = state.db.read().await?;
    let found = db::operators::find(&mut tx, &by.id).await?.ok_or(Error::Unauthenticated)?;
    let recovery_codes_left = db::recovery_codes::count_unused(&mut tx, &by.id).await?;
    Ok(SecondFactor { is_on: found.totp_secret.is_some(), recovery_codes_left })
}

/// Makes a secret and keeps it in the session until a code confirms that an app has it.
pub async fn draft_second_factor(state: &AppState, by: &SignedIn, session: &Session) -> Result<()> {
    let sealed = state.keys.sealer.seal(&owner(&by.id), &totp::new_secret()?)?;
    session.insert(DRAFT, sealed).await.map_err(Error::internal)
}

/// The secret in the session that waits for its confirmation, as an app takes it.
pub async fn find_draft(state: &AppState, by: &SignedIn, session: &Session) -> Result<Option<TotpDraft>> {
    let Some(sealed) = session.get::<String>(DRAFT).await.map_err(Error::internal)? else { return Ok(None) };
    totp::draft(&state.keys.sealer.open(&owner(&by.id), &sealed)?, &by.email).map(Some)
}

/// Turns the second factor on with the session's secret; gives the recovery codes, which are never shown again.
pub async fn enable_second_factor(
    state: &AppState,
    by: &SignedIn,
    session: &Session,
    proof: &BothFactors,
) -> Result<Vec<String>> {
    confirm_password(state, by, "password", &proof.password).await?;
    let sealed = session.get::<String>(DRAFT).await.map_err(Error::internal)?;
    let sealed = sealed.ok_or_else(|| Error::conflict("NO_DRAFT", "the set-up was not begun in this session; begin again"))?;
    let at = state.clock.now();
    let secret = state.keys.sealer.open(&owner(&by.id), &sealed)?;
    let step = totp::matching_step(&secret, &plain(&proof.code), at).ok_or_else(wrong_code)?;
    let (codes, hashes) = new_recovery_codes()?;
    state
        .db
        .write(async |tx| {
            if !db::operators::set_totp(tx, &by.id, &sealed, step).await? {
                return Err(Error::conflict("SECOND_FACTOR_ON", "the account has a second factor already"));
            }
            db::recovery_codes::replace(tx, &by.id, &hashes, at).await?;
            audit::record(tx, &By::Operator(by.clone()), at, change(by, "operator.enable_second_factor", None)).await
        })
        .await?;
    session.remove::<String>(DRAFT).await.map_err(Error::internal)?;
    Ok(codes)
}

/// Turns the caller's own second factor off.
pub async fn disable_second_factor(state: &AppState, by: &SignedIn, proof: &BothFactors) -> Result<()> {
    let subjects = Subjects::code_within(&by.id, by.address.as_deref());
    let (found, code) = check_both(state, by, proof, &subjects).await?;
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            if !code.take(tx, &found, at).await? || !db::operators::clear_totp(tx, &by.id).await? {
                return Err(wrong_code());
            }
            db::recovery_codes::delete_of(tx, &by.id).await?;
            subjects.forgive(tx, code.try_id).await?;
            audit::record(tx, &By::Operator(by.clone()), at, change(by, "operator.disable_second_factor", None)).await
        })
        .await
}

/// Gives new recovery codes in the place of the old ones.
pub async fn renew_recovery_codes(state: &AppState, by: &SignedIn, proof: &BothFactors) -> Result<Vec<String>> {
    let subjects = Subjects::code_within(&by.id, by.address.as_deref());
    let (found, code) = check_both(state, by, proof, &subjects).await?;
    let at = state.clock.now();
    let (codes, hashes) = new_recovery_codes()?;
    state
        .db
        .write(async |tx| {
            if !code.take(tx, &found, at).await? {
                return Err(wrong_code());
            }
            db::recovery_codes::replace(tx, &by.id, &hashes, at).await?;
            subjects.forgive(tx, code.try_id).await?;
            let after = Some(json!({ "recoveryCodes": codes.len() }));
            audit::record(tx, &By::Operator(by.clone()), at, change(by, "operator.renew_recovery_codes", after)).await
        })
        .await?;
    Ok(codes)
}

async fn check_both(state: &AppState, by: &SignedIn, proof: &BothFactors, subjects: &Subjects) -> Result<(Operator, GivenCode)> {
    let found = confirm_password(state, by, "password", &proof.password).await?;
    let code = check_code(state, &found, &proof.code, subjects).await?;
    Ok((found, code))
}

fn change(by: &SignedIn, action: &'static str, after: Option<Value>) -> Change<'static> {
    Change { action, project: None, target: format!("operator:{}", by.id), before: None, after }
}

/// What a stored secret is sealed for.
fn owner(id: &OperatorId) -> String {
    format!("operator:{id}")
}
