//! The codes that a second factor and its recovery give.

use super::owner;
use crate::auth::throttle::Subjects;
use crate::auth::totp;
use crate::db::{self, Tx, operators::Operator};
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{AccountReason, Timestamp};
use crate::state::AppState;

const RECOVERY_CODES: usize = 10;

/// A code that seems right; it is so once it is taken.
pub struct GivenCode {
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
pub async fn check_code(state: &AppState, operator: &Operator, typed: &str, subjects: &Subjects) -> Result<GivenCode> {
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

pub fn wrong_code() -> Error {
    Error::invalid("code", AccountReason::WrongCode)
}

/// A code without the spaces and dashes that make it readable, in capitals.
pub(super) fn plain(typed: &str) -> String {
    typed.chars().filter(|letter| letter.is_ascii_alphanumeric()).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// New recovery codes, and how they are stored.
pub(super) fn new_recovery_codes() -> Result<(Vec<String>, Vec<String>)> {
    let codes = (0..RECOVERY_CODES).map(|_| totp::new_recovery_code()).collect::<Result<Vec<_>>>()?;
    let hashes = codes.iter().map(|code| hash_secret(&plain(code))).collect();
    Ok((codes, hashes))
}
