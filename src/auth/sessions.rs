//! A person's session: begun at sign-in, ended at sign-out, on idling, and everywhere when the password changes.

use axum::http::request::Parts;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, Session, SessionManagerLayer};

use super::session_store::{OPERATOR, Sessions};
use super::throttle::is_over_before;
use crate::db;
use crate::error::{Error, Result};
use crate::model::OperatorId;
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
