//! The routes with their description, and what answers another verb or a wrong address.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, Uri};
use axum::response::Response;
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::code::{Code, Fail};
use super::envelope::failure;
use super::{gamebase, legacy, service};
use crate::state::AppState;

/// The routes, and their part of the API's description.
pub fn documented() -> (Router<AppState>, OpenApi) {
    let (iap, mut api) = OpenApiRouter::new().merge(service::router()).merge(legacy::router()).split_for_parts();
    let (of_gamebase, gamebase_api) = gamebase::router().split_for_parts();
    api.merge(gamebase_api);
    let iap = iap.method_not_allowed_fallback(refuse_method);
    let of_gamebase = of_gamebase.route("/tcgb-inapp/{*rest}", get(refuse_uri).post(refuse_uri));
    let of_gamebase = of_gamebase.method_not_allowed_fallback(refuse_uri);
    (iap.merge(of_gamebase), api)
}

async fn refuse_method(method: Method) -> Response {
    failure(None, Fail::new(Code::Method, format!("this address does not take {method}")))
}

async fn refuse_uri(State(state): State<AppState>, method: Method, uri: Uri, request: Request) -> Response {
    gamebase::wrong_uri(&method, &uri, &request, &state.clock)
}
