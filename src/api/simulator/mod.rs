//! `/simulator/*`: driving the simulated stores, and the stores' own APIs in a file each. Only while the simulator is
//! on, and only for this machine.

mod app_store_connect;
mod apple;
mod clock;
mod google;
mod notifications;
mod onestore;
mod purchases;
mod subscriptions;
mod views;

use axum::extract::{Request, State};
use axum::http::Version;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};

use crate::auth::{self, Address};
use crate::error::Error;
use crate::http::{is_for_this_machine, is_forwarded, is_of_this_site};
use crate::state::AppState;

/// The simulator's routes; none while it is off.
pub fn router(state: &AppState) -> Router<AppState> {
    if state.simulator.is_none() {
        return Router::new();
    }
    Router::new()
        .merge(purchases::router())
        .merge(subscriptions::router())
        .merge(clock::router())
        .merge(notifications::router())
        .merge(apple::router())
        .merge(app_store_connect::router())
        .merge(google::router())
        .merge(onestore::router())
        .route_layer(middleware::from_fn_with_state(state.clone(), refuse_other_machines))
}

/// It mints proofs for whoever asks, so it answers the machine itself only: no request a proxy passed on (its own peer may be
/// this machine), none that was led here by another name, and no page of another site.
async fn refuse_other_machines(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match is_from_this_machine(&state, &request) {
        true => next.run(request).await,
        false => Error::Denied("the simulator answers its own machine only").into_response(),
    }
}

fn is_from_this_machine(state: &AppState, request: &Request) -> bool {
    let (headers, uri) = (request.headers(), request.uri());
    let is_here = |address: Address| address.ip().is_loopback();
    // A proxy whose word is taken may pass on a caller of this machine.
    let is_passed_on_here = || state.config.trust_proxy && auth::last_hop(headers).is_some_and(is_here);
    // No program of today speaks HTTP/1.0, but proxies do.
    request.version() >= Version::HTTP_11
        && auth::peer(request.extensions()).is_none_or(is_here)
        && (!is_forwarded(headers) || is_passed_on_here())
        && is_for_this_machine(&state.config, uri, headers)
        && is_of_this_site(&state.config, uri, headers)
}
