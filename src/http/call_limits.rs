//! Which calls are counted, and for whom.

use std::net::IpAddr;
use std::num::NonZeroU32;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, Method, header};
use axum::response::Response;

use super::problems::refuse;
use super::text::check_request;
use crate::auth;
use crate::call_limits::CallKind;
use crate::error;
use crate::state::AppState;

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

/// The AppKey a call of its kind will be let in by.
fn app_key_of(kind: CallKind, headers: &HeaderMap) -> Option<&str> {
    let name = match kind {
        CallKind::Server | CallKind::Callback => return None,
        CallKind::Nhn => "x-nhn-tciap-appkey",
        _ => "x-appkey",
    };
    headers.get(name).and_then(|key| key.to_str().ok()).map(str::trim)
}

fn kind_of(request: &Request) -> Option<CallKind> {
    let path = request.extensions().get::<MatchedPath>()?.as_str();
    if let Some(call) = path.strip_prefix(API) {
        if request.headers().contains_key(header::AUTHORIZATION) {
            return Some(CallKind::Server);
        }
        return Some(kind_of_call(request.method(), call));
    }
    if CALLBACKS.iter().any(|prefix| path.starts_with(prefix)) {
        return Some(CallKind::Callback);
    }
    if NHN.iter().any(|prefix| path.starts_with(prefix)) {
        return Some(CallKind::Nhn);
    }
    path.starts_with(GAMEBASE).then_some(CallKind::Server)
}

fn kind_of_call(method: &Method, call: &str) -> CallKind {
    match call {
        "payments" if *method == Method::POST => CallKind::Reserve,
        "users" => CallKind::Users,
        "products" => CallKind::Products,
        call if call.ends_with("/verify") => CallKind::Verify,
        call if call.ends_with("/close") => CallKind::Close,
        call if call.ends_with("/consume") => CallKind::Consume,
        _ => CallKind::Lists,
    }
}

/// Whether an address is that of one caller, or of one network. This machine's own is a proxy's, and so is a private one where
/// forwarded addresses are not trusted (a container's bridge, say): behind them is everybody.
fn is_one_callers(address: IpAddr, trusts_proxy: bool) -> bool {
    let address = address.to_canonical();
    let is_private = match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    };
    !address.is_loopback() && !address.is_unspecified() && (trusts_proxy || !is_private)
}

#[cfg(test)]
mod tests;
