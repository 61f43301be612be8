//! Which calls are counted, and for whom.

mod kind;

use std::num::NonZeroU32;

use axum::extract::Request;
use axum::response::Response;

use super::problems::refuse;
use super::text::check_request;
use crate::auth;
use crate::error;
use crate::state::AppState;
use kind::{app_key_of, is_one_callers, kind_of};

const API: &str = "/api/v1/";
const CALLBACKS: [&str; 3] = ["/callback/", "/markets/", "/market-notifications/"];
/// By the public AppKey, or by no key at all; Gamebase's calls have a secret.
const NHN: [&str; 3] = ["/v1/service/", "/inapp/", "/standard/"];
const GAMEBASE: &str = "/tcgb-inapp/";

/// Refuses, by its head alone, a call that is one too many of its kind, or has texts no surface takes; the refusal has the form
/// of its surface.
#[expect(clippy::result_large_err, reason = "a refusal is the answer itself, and moved once")]
pub fn admit(state: &AppState, request: Request) -> Result<Request, Response> {
    let (request, result) = count_call(state, request);
    let result = result.and_then(|()| check_request(&request));
    result.map_err(|error| refuse(request.uri().path(), error)).map(|()| request)
}

/// Counts a call where its kind is counted. What it was counted for goes along, for a body of many calls.
fn count_call(state: &AppState, request: Request) -> (Request, error::Result<()>) {
    let Some(kind) = kind_of(&request) else { return (request, Ok(())) };
    let (mut parts, body) = request.into_parts();
    let address = auth::address(state, &parts).map(auth::Address::ip);
    let address = address.filter(|address| is_one_callers(*address, state.config.trust_proxy));
    let app_key = app_key_of(kind, &parts.headers);
    let counted = state.call_limits.counted(kind, app_key, address);
    let result = state.call_limits.charge(&counted, NonZeroU32::MIN);
    parts.extensions.insert(counted);
    (Request::from_parts(parts, body), result)
}
