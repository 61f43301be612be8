//! `/simulator/*`: driving the simulated stores, and the App Store Server API as they play it. Only while the simulator is
//! on, and only for this machine.

mod app_store;
mod clock;
mod notices;
mod purchases;
mod subscriptions;
mod views;

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};

use crate::error::Error;
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
        .merge(notices::router())
        .merge(app_store::router())
        .route_layer(middleware::from_fn(refuse_other_machines))
}

/// It mints proofs for whoever asks, so it answers the machine itself only.
async fn refuse_other_machines(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if peer.is_some_and(|address| !address.to_canonical().is_loopback()) {
        return Error::Denied("the simulator answers its own machine only").into_response();
    }
    next.run(request).await
}
