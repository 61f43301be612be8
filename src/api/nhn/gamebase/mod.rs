//! Gamebase's purchase calls: the same engine by app id and secret key, in Gamebase's envelope. v1.3 has its own results,
//! v1.2 those of `/v1/service`, v1.0 those of the legacy calls.

mod caller;
mod earlier;
mod envelope;
mod payments;
mod subscriptions;
mod trace;
mod views;

use axum::extract::Request;
use axum::http::{Method, Uri};
use axum::response::Response;
use utoipa_axum::router::OpenApiRouter;

use super::code::{Code, Fail};
use crate::clock::Clock;
use crate::state::AppState;

pub use trace::Trace;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().merge(payments::router()).merge(subscriptions::router()).merge(earlier::router())
}

/// An address that no version has, or another verb than its own.
pub fn wrong_uri(method: &Method, uri: &Uri, request: &Request, clock: &Clock) -> Response {
    let trace = Trace::of(request.headers(), uri, clock);
    trace.failure(None, Fail::new(Code::WrongUri, format!("there is no {method} {}", uri.path())))
}
