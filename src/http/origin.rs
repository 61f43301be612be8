//! A console request that changes something must come from our own pages (on top of SameSite cookies).

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::Error;
use crate::state::AppState;

/// Refuses a state-changing request whose `Origin` (or `Sec-Fetch-Site`) is another site.
pub async fn refuse_foreign_origin(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || is_own(request.headers(), &state.config.public_url) {
        return next.run(request).await;
    }
    Error::Denied("requests from other sites").into_response()
}

/// Browsers send `Origin` with every POST; one without it isn't a browser and carries no cookie of a victim.
fn is_own(headers: &HeaderMap, public_url: &url::Url) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site == "cross-site") {
        return false;
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let Ok(origin) = url::Url::parse(origin) else { return false };
    let authority = origin.host_str().map(|host| match origin.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    });
    origin.origin() == public_url.origin() || authority.as_deref() == text(header::HOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers =
            pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().expect("valid"))).collect();
        is_own(&headers, &url::Url::parse("https://purser.example").expect("valid"))
    }

    #[test]
    fn knows_its_own_pages() {
        assert!(check(&[("origin", "https://purser.example")]));
        assert!(check(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        assert!(check(&[]));
        assert!(!check(&[("origin", "https://evil.example"), ("host", "purser.example")]));
        assert!(!check(&[("origin", "null"), ("host", "purser.example")]));
        assert!(!check(&[("sec-fetch-site", "cross-site")]));
        assert!(!check(&[("origin", "https://purser.example.evil.example")]));
    }
}
