//! Limits on every request.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// The largest body any surface takes: a batch of proofs, a notification.
pub const BODY_BYTES_MAX: usize = 512 * 1024;
/// Longer than any store call's deadline.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Body size, time, and a panic that stays in its request.
pub fn add_limits<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIMEOUT))
        .layer(CatchPanicLayer::new())
}
