//! A person's session: begun at sign-in, ended at sign-out, on idling, and everywhere when the password changes.

use axum::http::request::Parts;
use serde_json::json;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, Session, SessionManagerLayer};

use super::session_store::{OPERATOR, Sessions, hash_id};
use super::throttle::is_over_before;
use crate::audit::{self, By, Change, SignedIn};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{OpenSession, OperatorId};
use crate::state::AppState;

const COOKIE: &str = "purser_session";
const COOKIE_DAYS: i64 = 7;

/// The layer that carries sessions; on console routes only.
pub fn layer(state: &AppState) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions::new(state.db.clone(), state.clock.clone()))
        .with_name(COOKIE)
        .with_path("/")
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(state.config.is_https())
        .with_expiry(Expiry::OnInactivity(time::Duration::days(COOKIE_DAYS)))
}

/// Begins a session under a new id, so that an id known from before is worth nothing.
pub async fn begin(session: &Session, operator: &OperatorId) -> Result<()> {
    session.cycle_id().await.map_err(Error::internal)?;
    session.insert(OPERATOR, operator).await.map_err(Error::internal)
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

/// A person's sessions, the newest first.
pub async fn list_sessions(state: &AppState, by: &SignedIn, this: &Session) -> Result<Vec<OpenSession>> {
    let this = stored_id(this);
    let found = db::sessions::list_of(&mut state.db.read().await?, &by.id, state.clock.now()).await?;
    let show = |one: db::sessions::Session| OpenSession {
        began_at: one.created_at(),
        ends_at: one.expires_at(),
        is_this: Some(&one.id_hash) == this.as_ref(),
    };
    Ok(found.into_iter().map(show).collect())
}

/// Ends all of a person's sessions but this one.
pub async fn end_others(state: &AppState, by: &SignedIn, this: &Session) -> Result<()> {
    let (keep, at, row_no) = (stored_id(this), state.clock.now(), state.numbers.next_row().await?);
    state
        .db
        .write(async |tx| {
            let ended = db::sessions::delete_of(tx, &by.id, keep.as_deref()).await?;
            let change = Change {
                action: "operator.end_sessions",
                project: None,
                target: format!("operator:{}", by.id),
                before: None,
                after: Some(json!({ "sessionsEnded": ended })),
            };
            audit::record(tx, row_no, &By::Operator(by.clone()), at, change).await
        })
        .await
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
