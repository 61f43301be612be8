//! Turning a second factor on and off.

use serde_json::{Value, json};
use tower_sessions::Session;

use super::codes::{GivenCode, check_code, new_recovery_codes, plain, wrong_code};
use super::{BothFactors, DRAFT, owner};
use crate::audit::{self, By, Change, SignedIn};
use crate::auth::password::confirm_password;
use crate::auth::throttle::Subjects;
use crate::auth::totp;
use crate::db::{self, operators::Operator};
use crate::error::{Error, Result};
use crate::state::AppState;

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
