//! Who calls, checked before anything else: holding one of these proves app id and secret key.

use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::trace::Trace;
use crate::api::nhn::body::{check_content_type, read_object};
use crate::api::nhn::code::{Code, Fail};
use crate::audit::By;
use crate::auth;
use crate::model::ProjectId;
use crate::nhn::{GamebaseAccess, authenticate_gamebase};
use crate::state::AppState;

const SECRET_KEY: &str = "x-secret-key";

/// A game server of a project.
pub struct Caller {
    pub project: ProjectId,
    /// The name of its secret key; none for the one taken over from Gamebase.
    key: Option<String>,
    trace: Trace,
}

impl Caller {
    /// Who acts: by the key's name, else by the surface's.
    pub fn by(&self, surface: &str) -> By {
        By::Server { key: self.key.clone().unwrap_or_else(|| surface.to_owned()) }
    }

    pub fn answer<T: Serialize>(&self, message: &str, result: Result<T, Fail>) -> Response {
        self.trace.answer(Some(self.project.clone()), message, result.map(Some))
    }

    /// An answer that is a header only.
    pub fn answer_bare(&self, message: &str, result: Result<(), Fail>) -> Response {
        self.trace.answer::<()>(Some(self.project.clone()), message, result.map(|()| None))
    }

    fn failure(&self, fail: Fail) -> Response {
        self.trace.failure(Some(self.project.clone()), fail)
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let trace = Trace::of(&parts.headers, &parts.uri, &state.clock);
        let (project, fail) = match authenticate(parts, state).await {
            Ok(GamebaseAccess::TooManyGuesses { project, retry_after_seconds }) => {
                let reason = format!("too many wrong values of X-Secret-Key; try again in {retry_after_seconds} s");
                let mut response = trace.failure(Some(project), Fail::new(Code::SecretKey, reason));
                response.headers_mut().insert(header::RETRY_AFTER, retry_after_seconds.into());
                return Err(response);
            }
            Ok(GamebaseAccess::Granted(project, key)) => return Ok(Self { project, key, trace }),
            Ok(GamebaseAccess::UnknownApp) => (None, Fail::new(Code::AppId, "the app id in the address is no project's")),
            Ok(GamebaseAccess::WrongSecret(project)) => {
                (Some(project), Fail::new(Code::SecretKey, "X-Secret-Key is empty or not this project's"))
            }
            Err(fail) => (None, fail),
        };
        Err(trace.failure(project, fail))
    }
}

async fn authenticate(parts: &mut Parts, state: &AppState) -> Result<GamebaseAccess, Fail> {
    let params = RawPathParams::from_request_parts(parts, state).await;
    let app_id = params.as_ref().ok().and_then(|params| params.iter().find(|(name, _)| *name == "appId"));
    let app_id = app_id.map(|(_, value)| value).unwrap_or_default();
    let secret = parts.headers.get(SECRET_KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Ok(authenticate_gamebase(state, app_id, secret.trim(), auth::address(state, parts)).await?)
}

/// A POST with a JSON body.
pub struct Call<T> {
    pub caller: Caller,
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest<AppState> for Call<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let request = Request::from_parts(parts, body);
        check_content_type(request.headers()).map_err(|fail| caller.failure(fail))?;
        let body = read_object(request, Code::JsonMalformed, Code::JsonType).await;
        match body {
            Ok(body) => Ok(Self { caller, body }),
            Err(fail) => Err(caller.failure(fail)),
        }
    }
}
