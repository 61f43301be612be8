//! One log line and one set of metrics per request; a request id that is logged and answered.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use tracing::Instrument;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REQUEST_ID_BYTES_MAX: usize = 64;

/// Takes the caller's `X-Request-Id` when it is a decent one, else makes one. Logs no query, body, header or address.
pub async fn observe<F: Future<Output = Response>>(mut request: Request, next: impl FnOnce(Request) -> F) -> Response {
    let started = Instant::now();
    let id = request_id(&request);
    let method = method_label(request.method());
    let path = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id = id.to_str().unwrap_or_default());
    request.headers_mut().insert(&REQUEST_ID, id.clone());

    // In a box, so that it is moved once.
    let mut response = Box::pin(next(request)).instrument(span.clone()).await;
    response.headers_mut().insert(&REQUEST_ID, id);

    let (status, seconds) = (response.status().as_u16(), started.elapsed().as_secs_f64());
    span.in_scope(|| tracing::info!(method, path, status, ms = format!("{:.1}", seconds * 1e3), "answered"));
    let labels = [("method", method.to_owned()), ("path", path), ("status", status.to_string())];
    metrics::counter!("purser_http_requests_total", &labels).increment(1);
    metrics::histogram!("purser_http_request_seconds", &labels[..2]).record(seconds);
    response
}

/// One of the methods HTTP defines; any other is `OTHER`, so that a caller can't make labels.
fn method_label(method: &Method) -> &'static str {
    const STANDARD: [&str; 9] = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "CONNECT", "PATCH", "TRACE"];
    STANDARD.into_iter().find(|name| *name == method.as_str()).unwrap_or("OTHER")
}

fn request_id(request: &Request) -> HeaderValue {
    let decent = |value: &&HeaderValue| {
        (1..=REQUEST_ID_BYTES_MAX).contains(&value.len())
            && value.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    };
    request
        .headers()
        .get(&REQUEST_ID)
        .filter(decent)
        .cloned()
        .unwrap_or_else(|| HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()).unwrap_or(HeaderValue::from_static("none")))
}
