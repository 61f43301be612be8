//! Notifications at the addresses NHN Cloud IAP gives out (docs/stores/nhn.md, Store notifications). The bodies are the store's own.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use axum::routing::post;

use crate::api::callbacks::{Body, Request, receive};
use crate::http::BODY_BYTES_MAX;
use crate::model::StoreCode;
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/markets/ONESTORE/notification/{packageName}/receive", post(receive_one_store))
        // NHN's documents print this address with a slash too many.
        .route("/markets//ONESTORE/notification/{packageName}/receive", post(receive_one_store))
        .route("/market-notifications/ONESTORE/{clientId}/receive", post(receive_one_store))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

/// By the app's package name, or by its client id.
async fn receive_one_store(
    State(state): State<AppState>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let store = StoreCode::OneStore.as_str();
    receive(&state, store, &name, Request { address: store, path: uri.path(), headers: &headers }, body).await
}
