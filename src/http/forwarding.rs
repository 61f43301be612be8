//! Requests that came by way of a proxy, known by the headers proxies add.

use std::net::IpAddr;
use std::sync::Once;

use axum::extract::Request;
use axum::http::HeaderMap;

use crate::auth;
use crate::state::AppState;

/// What proxies and content networks add; a program that calls us itself has no reason to.
const FORWARDING: [&str; 16] = [
    "forwarded",
    "via",
    "x-forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-proto",
    "x-forwarded-server",
    "x-real-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "cf-connecting-ip",
    "true-client-ip",
    "x-original-forwarded-for",
    "x-original-host",
];

/// Whether a request was passed on by a proxy.
pub fn is_forwarded(headers: &HeaderMap) -> bool {
    FORWARDING.iter().any(|name| headers.contains_key(*name))
}

/// Says once, and counts, that a proxy of our own passes requests on although its word is not taken for the callers' addresses:
/// every limit by address then holds for all callers together.
pub fn watch_forwarding(state: &AppState, request: &Request) {
    static SAID: Once = Once::new();
    if state.config.trust_proxy || !request.headers().contains_key("x-forwarded-for") {
        return;
    }
    if auth::peer(request.extensions()).is_some_and(|peer| is_near(peer.ip())) {
        metrics::counter!("purser_untrusted_forwarded_requests_total").increment(1);
        SAID.call_once(|| {
            tracing::warn!("PURSER_TRUST_PROXY is off but X-Forwarded-For came: all callers count as one address; set it to on");
        });
    }
}

/// This machine, or one beside it.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}
