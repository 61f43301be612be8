//! `/api`: every route but the description needs a key, checked before anything else.

use axum::{Router, middleware};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::description::complete;
use super::{
    callbacks, caller, docs, nhn, offers, payments, products, search, simulator, statistics, store_actions, subscriptions, users,
    verify,
};
use crate::state::AppState;

/// The API and its description.
pub fn router(state: &AppState) -> Router<AppState> {
    let (routes, mut api) = documented();
    let (nhn_routes, nhn_api) = nhn::documented();
    api.merge(nhn_api);
    let routes = routes.route_layer(middleware::from_fn_with_state(state.clone(), caller::authenticate));
    Router::new()
        .merge(routes)
        .merge(nhn_routes)
        .merge(nhn::notifications_router())
        .merge(docs::router(api))
        .merge(simulator::router(state))
        .merge(callbacks::router())
}

/// The OpenAPI document, for its snapshot test.
pub fn description() -> OpenApi {
    let mut api = documented().1;
    api.merge(nhn::documented().1);
    api
}

fn documented() -> (Router<AppState>, OpenApi) {
    let v1 = OpenApiRouter::new()
        .merge(products::router())
        .merge(users::router())
        .merge(verify::router())
        .merge(payments::router())
        .merge(search::router())
        .merge(subscriptions::router())
        .merge(store_actions::router())
        .merge(offers::router())
        .merge(statistics::router());
    let (routes, mut api) = OpenApiRouter::with_openapi(docs::information()).nest("/api/v1", v1).split_for_parts();
    complete(&mut api);
    (routes, api)
}
