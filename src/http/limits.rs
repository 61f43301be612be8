//! Limits on every request.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::detached::DetachedLayer;
use crate::error::{Error, Result};

/// The largest body any surface takes: a batch of proofs, a notification, a list of products.
pub const BODY_BYTES_MAX: usize = 512 * 1024;
/// Longer than any store call's deadline.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Body size, time, a panic that stays in its request, and a task of its own for each.
pub fn add_limits<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    add_limits_of(router, REQUEST_TIMEOUT)
}

pub(super) fn add_limits_of<S: Clone + Send + Sync + 'static>(router: Router<S>, timeout: Duration) -> Router<S> {
    // The first is outermost. Together they are one layer for the router.
    router.layer((
        CatchPanicLayer::new(),
        RequestBodyLimitLayer::new(BODY_BYTES_MAX),
        TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout),
        DetachedLayer::new(),
        DefaultBodyLimit::disable(),
    ))
}

/// The whole body, without a byte order mark; one without a length is cut off at the limit while it is read.
pub async fn read_body(body: Body) -> Result<Bytes> {
    axum::body::to_bytes(body, BODY_BYTES_MAX).await.map(skip_byte_order_mark).map_err(|error| {
        let is_too_large = error.to_string().contains("length limit exceeded");
        if is_too_large {
            too_large()
        } else {
            Error::unfit(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the body could not be read")
        }
    })
}

pub(super) fn too_large() -> Error {
    let message = format!("the body must have at most {BODY_BYTES_MAX} bytes");
    Error::unfit(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", message)
}

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The body without the byte order mark it may begin with.
pub fn skip_byte_order_mark(body: Bytes) -> Bytes {
    if body.starts_with(BYTE_ORDER_MARK) { body.slice(BYTE_ORDER_MARK.len()..) } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_at_the_start_is_skipped() {
        let skip = |body: &'static [u8]| skip_byte_order_mark(Bytes::from_static(body));
        assert_eq!(skip(b"\xEF\xBB\xBF{}"), "{}");
        assert_eq!(skip(b"\xEF\xBB\xBF\xEF\xBB\xBF{}").as_ref(), b"\xEF\xBB\xBF{}");
        for same in [&b"{}"[..], b"", b"\xEF\xBB", b"{\"a\":\"\xEF\xBB\xBF\"}"] {
            assert_eq!(skip_byte_order_mark(Bytes::copy_from_slice(same)), same);
        }
    }
}
