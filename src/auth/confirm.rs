//! Asking for the password again before something that matters.

use super::password::{self, Lane};
use super::throttle::Subjects;
use crate::audit::SignedIn;
use crate::db::{self, operators::Operator};
use crate::error::{Error, Result};
use crate::model::AccountReason;
use crate::state::AppState;

/// The caller's own account, when this is its password; `field` is named when not. Tries are limited as at the door, so that a
/// session left open is no place to guess.
pub(super) async fn confirm_password(state: &AppState, by: &SignedIn, field: &str, password: &str) -> Result<Operator> {
    let at = state.clock.now();
    let subjects = Subjects::confirmation(&by.id, by.address.as_deref());
    let try_id = state.db.write(async |tx| subjects.charge(tx, at).await).await?;
    let found = db::operators::find(&mut state.db.read().await?, &by.id).await?.ok_or(Error::Unauthenticated)?;
    if !password::verify(Lane::Known, password, Some(&found.password_hash)).await? {
        return Err(Error::invalid(field, AccountReason::Wrong));
    }
    state.db.write(async |tx| subjects.forgive(tx, try_id).await).await?;
    Ok(found)
}
