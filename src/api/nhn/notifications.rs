//! Notifications of stores this server can't read yet, in NHN's forms (docs/stores/nhn.md, Store notifications). Nothing is
//! kept and nothing is claimed: a known app's store is told to send again later, so that no notification is lost when its
//! adapter arrives.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;

use crate::error::{Error, Result};
use crate::logs;
use crate::model::StoreCode;
use crate::nhn;
use crate::state::AppState;

const RETRY_AFTER_SECONDS: &str = "3600";

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/markets/ONESTORE/notification/{packageName}/receive", post(refuse_one_store))
        // NHN's documents print this address with a slash too many.
        .route("/markets//ONESTORE/notification/{packageName}/receive", post(refuse_one_store))
        .route("/market-notifications/ONESTORE/{clientId}/receive", post(refuse_one_store_client))
}

async fn refuse_one_store(State(state): State<AppState>, Path(app): Path<String>) -> Result<Response> {
    refuse(StoreCode::OneStore, nhn::has_app(&state, StoreCode::OneStore, &app).await?)
}

async fn refuse_one_store_client(State(state): State<AppState>, Path(client): Path<String>) -> Result<Response> {
    refuse(StoreCode::OneStore, nhn::has_client(&state, StoreCode::OneStore, &client).await?)
}

fn refuse(store: StoreCode, is_known: bool) -> Result<Response> {
    let reason = if is_known { "NO_ADAPTER" } else { "UNKNOWN_APP" };
    metrics::counter!("purser_notices_refused_total", "store" => store.as_str(), "reason" => reason).increment(1);
    if !is_known {
        return Err(Error::NotFound("app"));
    }
    if let Some(left_out) = logs::admit("notification put off") {
        tracing::warn!(%store, left_out, "a store notification was put off: this server can't read it yet");
    }
    let retry = [(header::RETRY_AFTER, RETRY_AFTER_SECONDS)];
    Ok((StatusCode::SERVICE_UNAVAILABLE, retry, "this server can't read this store's notifications yet").into_response())
}
