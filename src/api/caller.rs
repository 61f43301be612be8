//! Who calls the API: holding one of these proves that the key was checked, and names the project.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::idempotency::answer_once;
use crate::audit::By;
use crate::auth;
use crate::catalog::CatalogVersion;
use crate::error::{Error, Result};
use crate::model::ProjectId;
use crate::payments::ProofOrigin;
use crate::projects;
use crate::state::AppState;
use crate::users::{User, open_user_token, user_token_invalid};

/// An app (by `X-AppKey`) or a game server (by `Authorization: Bearer sk_…`) of a project.
#[derive(Debug, Clone)]
pub struct Caller {
    pub project: ProjectId,
    pub by: By,
    /// The user whose signed token an app sent.
    pub user: Option<User>,
    /// Whether the project lets apps list and consume by themselves (the built-in model), and only with a user token.
    client_consume: bool,
    user_token_required: bool,
    /// Whether a purchase is only verified for the user whose account token it carries.
    account_token_required: bool,
    revision: i64,
}

/// A game server; an app is refused.
#[derive(Debug, Clone)]
pub struct Server(pub Caller);

impl Caller {
    /// The caller's project, with what it sells as it stood when the caller was let in.
    pub fn as_of(&self) -> CatalogVersion<'_> {
        CatalogVersion { project: &self.project, revision: self.revision }
    }

    /// Who hands in a proof, from which address.
    pub fn proof_origin<'a>(&'a self, address: Option<&'a str>) -> ProofOrigin<'a> {
        ProofOrigin { by: &self.by, address, account_token_required: self.account_token_required }
    }

    pub fn is_server(&self) -> bool {
        matches!(self.by, By::Server { .. })
    }

    /// Refuses an app what needs a secret key outside the built-in model: the AppKey is in every copy of the app and proves
    /// nothing.
    pub fn check_built_in(&self) -> Result<()> {
        if self.is_server() {
            return Ok(());
        }
        if !self.client_consume {
            return Err(Error::Denied("this project lets only its game server list and consume; call with a secret key"));
        }
        self.check_token_sent()
    }

    /// Refuses an app without a user token where the project demands one.
    pub fn check_token_sent(&self) -> Result<()> {
        match self.client_consume && self.user_token_required && !self.is_server() && self.user.is_none() {
            true => Err(user_token_invalid("this project's apps must send X-User-Token")),
            false => Ok(()),
        }
    }

    /// Refuses an app that acts for another user than its user token names.
    pub fn check_user(&self, user: &User) -> Result<()> {
        if self.user.as_ref().is_some_and(|named| named != user) {
            return Err(user_token_invalid("X-User-Token is another user's"));
        }
        Ok(())
    }
}

/// Checks the key of every API request before anything else happens, then answers it once. A secret key goes before an AppKey.
pub async fn authenticate(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
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
            user: None,
            client_consume: access.client_consume,
            user_token_required: access.user_token_required,
            account_token_required: access.account_token_required,
            revision: access.revision,
        });
    }
    let app_key = text("x-appkey").ok_or(Error::Unauthenticated)?;
    let access = projects::authenticate_app_key(state, app_key).await?;
    let user = match headers.get("x-user-token") {
        Some(token) => Some(open_user_token(state, &access.project_id, token.to_str().unwrap_or_default())?),
        None => None,
    };
    Ok(Caller {
        project: access.project_id,
        by: By::Client,
        user,
        client_consume: access.client_consume,
        user_token_required: access.user_token_required,
        account_token_required: access.account_token_required,
        revision: access.revision,
    })
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

/// The address a request came from, where it is known.
pub struct Address(pub Option<String>);

impl FromRequestParts<AppState> for Address {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        Ok(Self(auth::address(state, parts).map(auth::Address::subject)))
    }
}
