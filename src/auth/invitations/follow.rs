//! Following a one-time link.

use crate::audit::SignedIn;
use crate::auth::password::{self, Lane};
use crate::auth::sessions::end_all;
use crate::auth::sign_in::{PendingSignIn, SignIn};
use crate::auth::throttle::Subjects;
use crate::auth::visitor::Visitor;
use crate::db::{self, operators::Operator};
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{AccountReason, LinkHolder, LinkPurpose};
use crate::state::AppState;

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

fn used() -> Error {
    Error::conflict("LINK_USED", "the link was used or is too old; ask an administrator for a new one")
}
