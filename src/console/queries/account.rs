use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::auth;
use crate::console::paths;
use crate::model::{Fault, LinkHolder, OpenSession, SecondFactor, TotpDraft, Viewer};

/// The reader's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountPage {
    pub email: String,
    /// May be empty.
    pub name: String,
    pub second_factor: SecondFactor,
    /// The newest first.
    pub sessions: Vec<OpenSession>,
}

/// Where the set-up of a second factor stands.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactorPage {
    pub second_factor: SecondFactor,
    /// A secret that waits for its confirmation.
    pub draft: Option<TotpDraft>,
    /// Recovery codes made a moment ago, shown this once.
    pub new_codes: Vec<String>,
}

/// The reader's own account with its open sessions. Anyone signed in.
pub async fn get_account() -> Result<AccountPage, Fault> {
    let (Request { state, parts }, by) = Request::of_signed_in().await?;
    let (account, _) = auth::get_account(&state, &by.id).await?;
    let sessions = auth::list_sessions(&state, &by, &auth::session_of(&parts)?).await?;
    let second_factor = auth::get_second_factor(&state, &by).await?;
    Ok(AccountPage { email: account.email, name: account.name, second_factor, sessions })
}

/// Where the reader's second factor stands; new recovery codes are shown once. Anyone signed in.
pub async fn get_second_factor() -> Result<SecondFactorPage, Fault> {
    let (Request { state, parts }, by) = Request::of_signed_in().await?;
    let codes = auth::take_note(&state, &parts, paths::SECOND_FACTOR).await?.unwrap_or_default();
    Ok(SecondFactorPage {
        second_factor: auth::get_second_factor(&state, &by).await?,
        draft: auth::find_draft(&state, &by, &auth::session_of(&parts)?).await?,
        new_codes: codes.split_whitespace().map(str::to_owned).collect(),
    })
}

/// Whether a set-up link still works. Open to anyone: it tells nothing without the link.
pub async fn check_set_up_link(token: String) -> Result<bool, Fault> {
    let Request { state, .. } = Request::of_anyone();
    Ok(auth::check_link(&state, &token).await?)
}

/// Who is signed in; none when nobody is, so it is open to anyone.
pub async fn get_viewer() -> Result<Option<Viewer>, Fault> {
    let Request { state, parts } = Request::of_anyone();
    Ok(auth::viewer(&state, &parts).await?)
}

/// Whom a one-time link is for; none when it no longer works. Open to anyone: it tells nothing without the link.
pub async fn get_link_holder(token: String) -> Result<Option<LinkHolder>, Fault> {
    let Request { state, .. } = Request::of_anyone();
    Ok(auth::find_link_holder(&state, &token).await?)
}
