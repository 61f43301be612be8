//! Where the edges meet: one router for all of the server's surfaces (design.md section 5).

use axum::{Router, middleware};

use crate::api;
use crate::http;
use crate::state::AppState;

/// The whole server, ready to serve.
pub fn router(state: AppState) -> Router {
    let routes = Router::new()
        .merge(http::health_router())
        .merge(http::metrics_router())
        .merge(state.assets.router())
        .merge(api::router(&state))
        .merge(http::console_router(&state))
        .fallback_service(http::not_found_router(&state));
    // The last layer sees a request first: whatever the limits refuse has its form, its headers and its line in the log too.
    http::add_limits(routes)
        .layer(middleware::from_fn(http::speak_problems))
        .layer(middleware::from_fn_with_state(state.clone(), api::surround_nhn))
        .layer(middleware::from_fn_with_state(state.clone(), http::security_headers))
        .layer(middleware::from_fn(http::observe))
        .with_state(state)
}
