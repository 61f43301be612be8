//! `Idempotency-Key` on unsafe calls: the same key and body get the same stored answer, another body is refused. Only answers
//! that can't change are stored (`codes.rs`); after any other the call is made again.
//!
//! A key is its caller's own. A game server's belongs to its secret key. An app's belongs to a user, for all copies of the
//! app have the same AppKey: to the user of its user token, else to the one its body names, so that nobody's key is in
//! another's way. A call that names no user has its key to itself: only the very same call, proof and all, gets its answer.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use serde::Deserialize;

use super::caller::Caller;
use super::codes;
use crate::audit::By;
use crate::error::{Error, ProblemCode, Result};
use crate::http::read_body;
use crate::idempotency::{self, Claim, Running, Stored};
use crate::model::{ProjectId, Reason, Unit};
use crate::state::AppState;
use crate::users::User;

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
pub(super) const KEY_BYTES_MAX: usize = 255;

/// What consume keeps of the caller's key, so that it can answer the same even when its stored answer was lost in a crash.
pub fn consume_key(caller: &Caller, headers: &HeaderMap) -> Option<String> {
    headers.get(&IDEMPOTENCY_KEY).map(|key| idempotency::hash(&of_caller(&caller.by, &String::from_utf8_lossy(key.as_bytes()))))
}

/// An app that learns a game server's key is not given the server's answer.
fn of_caller(by: &By, key: &str) -> String {
    match by {
        By::Server { key: name } => format!("server:{name}:{key}"),
        _ => format!("app:{key}"),
    }
}

/// Under which name an answer is kept.
fn scope(caller: &Caller, key: &str, request_hash: &str, body: &[u8]) -> String {
    let key = of_caller(&caller.by, key);
    if caller.is_server() {
        return key;
    }
    // Lengths keep ("ab", "c") and ("a", "bc") apart.
    let name = match caller.user.clone().or_else(|| named_user(body)) {
        Some(user) => format!("user {}:{} {}:{} {key}", user.channel.len(), user.channel, user.key.len(), user.key),
        None => format!("call {request_hash} {key}"),
    };
    format!("app:{}", idempotency::hash(&name))
}

/// The user a body names.
fn named_user(body: &[u8]) -> Option<User> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Named {
        user_key: String,
        user_channel: Option<String>,
    }
    let named: Named = serde_json::from_slice(body).ok()?;
    User::parse(&named.user_key, named.user_channel.as_deref()).ok()
}

/// Goes with an answer that may be another one later, although it is no refusal: it is not kept.
#[derive(Debug, Clone, Copy)]
pub struct MayChange;

/// Answers from the stored reply, or runs the call and stores its reply. Calls without the header pass.
pub async fn answer_once(state: &AppState, caller: &Caller, request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if is_safe || !request.headers().contains_key(&IDEMPOTENCY_KEY) {
        return next.run(request).await;
    }
    // In a box, so that the many calls without the header carry none of it.
    Box::pin(run_once(state, caller, request, next)).await.unwrap_or_else(IntoResponse::into_response)
}

async fn run_once(state: &AppState, caller: &Caller, request: Request, next: Next) -> Result<Response> {
    let key = read_key(request.headers())?;
    let project = &caller.project;
    let (parts, body) = request.into_parts();
    let body = read_body(body).await?;
    let request_hash = idempotency::hash(&format!("{} {}\n{}", parts.method, parts.uri, String::from_utf8_lossy(&body)));
    let key = scope(caller, &key, &request_hash, &body);
    match idempotency::claim(state, project, &key, &request_hash).await? {
        Claim::Answered(stored) => Ok(replay(stored)),
        Claim::Ours => {
            let running = Running::of(state, project, &key);
            let response = next.run(Request::from_parts(parts, Body::from(body))).await;
            let kept = keep(state, project, &key, response).await?;
            running.end();
            Ok(kept)
        }
    }
}

fn read_key(headers: &HeaderMap) -> Result<String> {
    let key = headers.get(&IDEMPOTENCY_KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.is_empty() || key.len() > KEY_BYTES_MAX {
        return Err(Error::invalid("Idempotency-Key", Reason::length(Unit::VisibleAscii, 1, KEY_BYTES_MAX)));
    }
    Ok(key.to_owned())
}

/// Stores an answer that can't change; any other is forgotten, so that trying again works.
async fn keep(state: &AppState, project: &ProjectId, key: &str, response: Response) -> Result<Response> {
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.map_err(Error::internal)?;
    let is_kept_problem = || parts.extensions.get::<ProblemCode>().is_some_and(|code| codes::is_kept(code.0));
    let is_final = parts.extensions.get::<MayChange>().is_none() && (parts.status.is_success() || is_kept_problem());
    if is_final {
        let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let stored = Stored {
            status: parts.status.as_u16(),
            content_type: content_type.unwrap_or("application/json").to_owned(),
            body: String::from_utf8_lossy(&body).into_owned(),
        };
        idempotency::store(state, project, key, &stored).await?;
    } else {
        idempotency::release(state, project, key).await?;
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replay(stored: Stored) -> Response {
    let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Bytes::from(stored.body)).into_response();
    if let Ok(content_type) = HeaderValue::from_str(&stored.content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    response.headers_mut().insert(&REPLAYED, HeaderValue::from_static("true"));
    response
}
