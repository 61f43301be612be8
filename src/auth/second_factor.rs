//! A second factor beside the password: codes of an authenticator app, and recovery codes for who has lost it.

mod change;
mod codes;

use tower_sessions::Session;

use super::totp;
use crate::audit::SignedIn;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{OperatorId, SecondFactor, TotpDraft};
use crate::state::AppState;

pub use change::{disable_second_factor, enable_second_factor, renew_recovery_codes};
pub(super) use codes::{check_code, wrong_code};

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

/// What a stored secret is sealed for.
fn owner(id: &OperatorId) -> String {
    format!("operator:{id}")
}
