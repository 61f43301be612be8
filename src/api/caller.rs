//! Who calls the API: holding one of these proves that the key was checked, and names the project.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::idempotency::answer_once;
use crate::audit::By;
use crate::catalog::AsOf;
use crate::error::{Error, Result};
use crate::model::ProjectId;
use crate::projects;
use crate::state::AppState;

/// An app (by `X-AppKey`) or a game server (by `Authorization: Bearer sk_…`) of a project.
#[derive(Debug, Clone)]
pub struct Caller {
    pub project: ProjectId,
    pub by: By,
    /// Whether the project lets apps consume by themselves.
    pub client_consume: bool,
    revision: i64,
}

/// A game server; an app is refused.
#[derive(Debug, Clone)]
pub struct Server(pub Caller);

impl Caller {
    /// The caller's project, with what it sells as it stood when the caller was let in.
    pub fn as_of(&self) -> AsOf<'_> {
        AsOf { project: &self.project, revision: self.revision }
    }

    pub fn is_server(&self) -> bool {
        matches!(self.by, By::Server { .. })
    }
}

/// Checks the key of every API request before anything else happens, then answers it once. A secret key goes before an AppKey.
pub async fn let_in(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    match identify(&state, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller.clone());
            answer_once(&state, &caller, request, next).await
        }
        Err(error) => error.into_response(),
    }
}

async fn identify(state: &AppState, headers: &HeaderMap) -> Result<Caller> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(authorization) = text(header::AUTHORIZATION.as_str()) {
        let secret = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, secret) = secret.ok_or(Error::Unauthenticated)?;
        let access = projects::authenticate_secret_key(state, secret.trim()).await?;
        return Ok(Caller {
            project: access.project_id,
            by: By::Server { key: access.name },
            client_consume: access.client_consume,
            revision: access.revision,
        });
    }
    let app_key = text("x-appkey").ok_or(Error::Unauthenticated)?;
    let access = projects::authenticate_app_key(state, app_key).await?;
    Ok(Caller { project: access.project_id, by: By::Client, client_consume: access.client_consume, revision: access.revision })
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::Unauthenticated)
    }
}

impl<S: Sync> FromRequestParts<S> for Server {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if !caller.is_server() {
            return Err(Error::Denied("this call needs a secret key (Authorization: Bearer sk_…)"));
        }
        Ok(Self(caller))
    }
}
