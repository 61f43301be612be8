//! Links that work once: the first operator's set-up.

use super::operators::{NewAccount, any_operator, insert, prepare};
use crate::audit::{By, SignedIn};
use crate::db::{self, one_time_links::NewLink};
use crate::error::{Error, Result};
use crate::keys::{hash_secret, random_text};
use crate::model::{LinkPurpose, OperatorId, Timestamp};
use crate::state::AppState;

const TOKEN_BYTES: usize = 32;
const WORKS_MILLIS: i64 = 24 * Timestamp::HOUR;
const SET_UP: By = By::System("set-up");

/// A link to make the first account with, as long as there is none; works once, for 24 hours.
pub async fn make_set_up_link(state: &AppState) -> Result<Option<String>> {
    if any_operator(state).await? {
        return Ok(None);
    }
    let token = new_token(state.clock.now())?;
    let new = token.to_link(LinkPurpose::SetUp, None);
    state.db.write(async |tx| db::one_time_links::insert(tx, &new).await).await?;
    Ok(Some(state.config.public(&format!("/setup?token={}", token.text))))
}

/// A token for a link, and how it is kept.
pub(super) struct NewToken {
    pub text: String,
    hash: String,
    at: Timestamp,
}

pub(super) fn new_token(at: Timestamp) -> Result<NewToken> {
    let text = random_text(TOKEN_BYTES)?;
    Ok(NewToken { hash: hash_secret(&text), text, at })
}

impl NewToken {
    pub fn to_link<'a>(&'a self, purpose: LinkPurpose, operator: Option<&'a OperatorId>) -> NewLink<'a> {
        let expires_at = self.at.plus_millis(WORKS_MILLIS);
        NewLink { token_hash: &self.hash, purpose, operator, at: self.at, expires_at }
    }
}

/// Whether a set-up link still works.
pub async fn check_link(state: &AppState, token: &str) -> Result<bool> {
    let mut tx = state.db.read().await?;
    let found = db::one_time_links::find(&mut tx, &hash_secret(token), state.clock.now()).await?;
    Ok(found.is_some_and(|link| link.purpose == LinkPurpose::SetUp) && !db::operators::any_exists(&mut tx).await?)
}

/// Uses the set-up link up and makes the first account, an instance administrator.
pub async fn redeem_link(
    state: &AppState,
    token: &str,
    email: &str,
    password: &str,
    address: Option<String>,
) -> Result<SignedIn> {
    let new = NewAccount {
        email: email.to_owned(),
        name: String::new(),
        password: password.to_owned(),
        is_admin: true,
        membership: None,
    };
    // A password is hashed for who has a link only: it costs far more than the look.
    if !check_link(state, token).await? {
        return Err(used());
    }
    let prepared = prepare(state, &new).await?;
    let (token_hash, at) = (hash_secret(token), state.clock.now());
    state
        .db
        .write(async |tx| {
            let works = db::one_time_links::mark_used(tx, &token_hash, at).await?;
            if !works || db::operators::any_exists(tx).await? {
                return Err(used());
            }
            insert(tx, &SET_UP, &new, &prepared).await
        })
        .await?;
    let email = super::parse_email(email)?;
    Ok(SignedIn { id: prepared.id, email, is_admin: true, address })
}

fn used() -> Error {
    Error::conflict("LINK_USED", "the link was used or is too old; restart the server for a new one")
}
