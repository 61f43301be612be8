//! Whether the process is up, and whether it can serve. Anyone may ask.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::state::AppState;
use crate::vitals;

pub fn router() -> Router<AppState> {
    Router::new().route("/healthz", get(check_alive)).route("/readyz", get(check_ready))
}

async fn check_alive() -> &'static str {
    "ok"
}

async fn check_ready(State(state): State<AppState>) -> (StatusCode, &'static str) {
    match vitals::find_ailment(&state).await {
        None => (StatusCode::OK, "ready"),
        Some(ailment) => (StatusCode::SERVICE_UNAVAILABLE, ailment),
    }
}
