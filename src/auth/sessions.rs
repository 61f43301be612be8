//! A person's session: begun at sign-in, ended at sign-out, on idling, and everywhere when the password changes.

use axum::http::request::Parts;
use serde_json::json;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, Session, SessionManagerLayer};

use super::session_store::{ADDRESS, LIFE_MILLIS, OPERATOR, Sessions, hash_id};
use super::sign_in::PendingSignIn;
use super::throttle::is_over_before;
use crate::audit::{self, By, Change, SignedIn};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{OpenSession, OperatorId, Timestamp};
use crate::state::AppState;

const COOKIE: &str = "purser_session";
/// The member of a session's data that remembers who has yet to give a code.
const HALF: &str = "half";

/// The layer that carries sessions; on console routes only.
pub fn layer(state: &AppState) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions::new(state.db.clone(), state.clock.clone()))
        .with_name(COOKIE)
        .with_path("/")
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(state.config.is_https())
        // The cookie lives as long as a session can; when one ends is decided by its row.
        .with_expiry(Expiry::OnInactivity(time::Duration::milliseconds(LIFE_MILLIS)))
}

/// Begins a session under a new id, so that an id known from before is worth nothing.
pub async fn begin(session: &Session, by: &SignedIn) -> Result<()> {
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    session.insert(ADDRESS, &by.address).await.map_err(Error::internal)?;
    session.insert(OPERATOR, &by.id).await.map_err(Error::internal)
}

/// Remembers who has yet to give a code; nobody is signed in by this.
pub async fn begin_half(session: &Session, half: &PendingSignIn) -> Result<()> {
    session.clear().await;
    session.cycle_id().await.map_err(Error::internal)?;
    session.insert(HALF, half).await.map_err(Error::internal)
}

/// Who has yet to give a code.
pub async fn half_of(session: &Session) -> Result<Option<PendingSignIn>> {
    session.get(HALF).await.map_err(Error::internal)
}

/// Ends this session.
pub async fn end(session: &Session) -> Result<()> {
    session.flush().await.map_err(Error::internal)
}

/// The session a request came with.
pub fn session_of(parts: &Parts) -> Result<Session> {
    parts.extensions.get::<Session>().cloned().ok_or(Error::Unauthenticated)
}

/// Whose session it is.
pub async fn operator_of(session: &Session) -> Result<Option<OperatorId>> {
    session.get(OPERATOR).await.map_err(Error::internal)
}

/// How this session is stored, to tell it from a person's others.
pub fn stored_id(session: &Session) -> Option<String> {
    session.id().map(hash_id)
}

fn address_in(data: &str) -> Option<String> {
    serde_json::from_str::<serde_json::Value>(data).ok()?.get(ADDRESS)?.as_str().map(str::to_owned)
}

/// A person's sessions, the newest first.
pub async fn list_sessions(state: &AppState, by: &SignedIn, this: &Session) -> Result<Vec<OpenSession>> {
    let this = stored_id(this);
    let found = db::sessions::list_of(&mut state.db.read().await?, &by.id, state.clock.now()).await?;
    let show = |one: db::sessions::Session| OpenSession {
        began_at: one.created_at,
        ends_at: one.expires_at,
        address: address_in(&one.data),
        is_this: Some(&one.id_hash) == this.as_ref(),
    };
    Ok(found.into_iter().map(show).collect())
}

/// Ends all of a person's sessions but this one.
pub async fn end_others(state: &AppState, by: &SignedIn, this: &Session) -> Result<()> {
    let (keep, at) = (stored_id(this), state.clock.now());
    state.db.write(async |tx| end_all(tx, by, "operator.end_sessions", keep.as_deref(), at).await).await
}

/// Ends a person's sessions, but the one to keep, as part of what they do; writes both down in the row of that number.
pub(super) async fn end_all(tx: &mut Tx, by: &SignedIn, action: &'static str, keep: Option<&str>, at: Timestamp) -> Result<()> {
    let ended = db::sessions::delete_of(tx, &by.id, keep).await?;
    let change = Change {
        action,
        project: None,
        target: format!("operator:{}", by.id),
        before: None,
        after: Some(json!({ "email": by.email, "sessionsEnded": ended })),
    };
    audit::record(tx, &By::Operator(by.clone()), at, change).await
}

/// Removes sessions, links and failures that are over.
pub async fn delete_expired(state: &AppState) -> Result<()> {
    let now = state.clock.now();
    state
        .db
        .write(async |tx| {
            db::sessions::delete_expired(tx, now).await?;
            db::one_time_links::delete_expired(tx, now).await?;
            db::sign_in_failures::delete_before(tx, is_over_before(now)).await.map(drop)
        })
        .await
}
