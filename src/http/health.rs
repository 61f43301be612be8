//! Whether the process is up and can serve, for anyone; and Prometheus metrics, open unless `PURSER_METRICS_TOKEN` is set.

use std::sync::OnceLock;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::error::{Error, Result};
use crate::state::AppState;
use crate::vitals;

pub fn health_router() -> Router<AppState> {
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

/// Seconds; from a page in memory to a store that hangs.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

pub fn metrics_router() -> Router<AppState> {
    recorder();
    Router::new().route("/metrics", get(show_metrics))
}

/// The process's one recorder, installed at first use; none when a test installed another.
fn recorder() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(|| PrometheusBuilder::new().set_buckets(BUCKETS).ok()?.install_recorder().ok()).as_ref()
}

async fn show_metrics(State(state): State<AppState>, headers: HeaderMap) -> Result<Response> {
    if let Some(token) = &state.config.metrics_token {
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let wanted = format!("Bearer {token}");
        verify_slices_are_equal(given.as_bytes(), wanted.as_bytes()).map_err(|_| Error::Unauthenticated)?;
    }
    metrics::gauge!("purser_db_queue_depth").set(state.db.queue_depth() as f64);
    let text = recorder().map(|handle| {
        handle.run_upkeep();
        handle.render()
    });
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text.unwrap_or_default()).into_response())
}
