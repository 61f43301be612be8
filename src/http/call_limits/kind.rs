//! Which limit a call counts against.

use std::net::IpAddr;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, Method, header};

use super::{API, CALLBACKS, GAMEBASE, NHN};
use crate::call_limits::CallKind;

/// The AppKey a call of its kind will be let in by.
pub(super) fn app_key_of(kind: CallKind, headers: &HeaderMap) -> Option<&str> {
    let name = match kind {
        CallKind::Server | CallKind::Callback => return None,
        CallKind::Nhn => "x-nhn-tciap-appkey",
        _ => "x-appkey",
    };
    headers.get(name).and_then(|key| key.to_str().ok()).map(str::trim)
}

pub(super) fn kind_of(request: &Request) -> Option<CallKind> {
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
pub(super) fn is_one_callers(address: IpAddr, trusts_proxy: bool) -> bool {
    let address = address.to_canonical();
    let is_private = match address {
        IpAddr::V4(address) => address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_unique_local() || address.is_unicast_link_local(),
    };
    !address.is_loopback() && !address.is_unspecified() && (trusts_proxy || !is_private)
}

#[cfg(test)]
mod tests;
