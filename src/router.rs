//! Where the edges meet: one router for all of the server's surfaces (docs/security.md, Who can do what).

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;

use crate::state::AppState;
use crate::{api, console, http};

/// The whole server, ready to serve.
pub fn router(state: AppState) -> Router {
    // A layer of a router comes after its choice of a route, so what changes the address stands around the whole of it.
    Router::new()
        .fallback_service(routes(state))
        .layer(middleware::map_request(async |request| http::drop_trailing_slash(request)))
}

/// All routes, without what stands around the whole.
pub fn routes(state: AppState) -> Router {
    let routes = Router::new()
        .merge(http::health_router())
        .merge(http::metrics_router())
        .merge(state.assets.router())
        .merge(api::router(&state))
        .merge(console::router(&state))
        .fallback_service(console::not_found_router(&state));
    http::add_limits(routes).layer(middleware::from_fn_with_state(state.clone(), wrap)).with_state(state)
}

/// What is around every request: whatever the limits refuse has its form, its headers and its line in the log too. Together in
/// one layer, as every layer makes a copy, for every request, of all that is inside it.
async fn wrap(State(state): State<AppState>, request: Request, next: Next) -> Response {
    http::watch_forwarding(&state, &request);
    let answer = async |request| {
        let checked = async |request: Request| match http::admit(&state, request) {
            Ok(request) => next.run(request).await,
            Err(refusal) => refusal,
        };
        let problems = |request| http::into_problem_details(request, checked);
        http::add_security_headers(&state, api::wrap_nhn(&state, request, problems).await)
    };
    http::observe(request, answer).await
}
