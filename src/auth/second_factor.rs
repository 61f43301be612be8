//! A second factor beside the password: codes of an authenticator app, and recovery codes for who has lost it.

use serde_json::{Value, json};
use tower_sessions::Session;

use super::confirm::confirm_password;
use super::throttle::Subjects;
use super::totp;
use crate::audit::{self, By, Change, SignedIn};
use crate::db::{self, Tx, operators::Operator};
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{AccountReason, OperatorId, SecondFactor, Timestamp, TotpDraft};
use crate::state::AppState;

/// The member of a session's data that holds a secret not confirmed yet, sealed.
const DRAFT: &str = "totp_draft";
const RECOVERY_CODES: usize = 10;

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

/// A code that seems right; it is so once it is taken.
pub(super) struct GivenCode {
    kind: CodeKind,
    /// The number of this try, to be forgiven when it was right.
    pub try_id: i64,
}

enum CodeKind {
    Step(i64),
    Recovery(String),
}

impl GivenCode {
    /// Whether a recovery code was given.
    pub fn is_recovery(&self) -> bool {
        matches!(self.kind, CodeKind::Recovery(_))
    }

    /// Takes the code, within the change it is given for; false when it, or a later one, was taken before.
    pub async fn take(&self, tx: &mut Tx, operator: &Operator, at: Timestamp) -> Result<bool> {
        let sealed = operator.totp_secret.as_deref().unwrap_or_default();
        match &self.kind {
            CodeKind::Step(step) => db::operators::take_totp_step(tx, &operator.id, sealed, *step).await,
            CodeKind::Recovery(hash) => db::recovery_codes::mark_used(tx, &operator.id, hash, at).await,
        }
    }
}

/// Reads a code given for an account's second factor; tries are limited.
pub(super) async fn check_code(state: &AppState, operator: &Operator, typed: &str, subjects: &Subjects) -> Result<GivenCode> {
    let at = state.clock.now();
    let try_id = state.db.write(async |tx| subjects.charge(tx, at).await).await?;
    let sealed = operator.totp_secret.as_deref().ok_or_else(wrong_code)?;
    let typed = plain(typed);
    if !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(GivenCode { kind: CodeKind::Recovery(hash_secret(&typed)), try_id });
    }
    let secret = state.keys.sealer.open(&owner(&operator.id), sealed)?;
    let step = totp::matching_step(&secret, &typed, at).ok_or_else(wrong_code)?;
    Ok(GivenCode { kind: CodeKind::Step(step), try_id })
}

pub(super) fn wrong_code() -> Error {
    Error::invalid("code", AccountReason::WrongCode)
}

/// A code without the spaces and dashes that make it readable, in capitals.
fn plain(typed: &str) -> String {
    typed.chars().filter(|letter| letter.is_ascii_alphanumeric()).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// New recovery codes, and how they are stored.
fn new_recovery_codes() -> Result<(Vec<String>, Vec<String>)> {
    let codes = (0..RECOVERY_CODES).map(|_| totp::new_recovery_code()).collect::<Result<Vec<_>>>()?;
    let hashes = codes.iter().map(|code| hash_secret(&plain(code))).collect();
    Ok((codes, hashes))
}

fn change(by: &SignedIn, action: &'static str, after: Option<Value>) -> Change<'static> {
    Change { action, project: None, target: format!("operator:{}", by.id), before: None, after }
}

/// What a stored secret is sealed for.
fn owner(id: &OperatorId) -> String {
    format!("operator:{id}")
}
