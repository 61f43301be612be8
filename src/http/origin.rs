//! The console answers its own address only, and a request that changes something must come from its own pages (on top of
//! SameSite cookies). A name of somebody else that was made to lead here (DNS rebinding) is seen by its `Host`.

mod host;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::Url;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::state::AppState;
use host::{hosts, is_local_origin};

pub use host::{is_for_this_machine, is_local_host};

static FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses a asked for another host, and a state-changing one whose `Origin` or `Sec-Fetch-Site` is another site.
pub async fn refuse_foreign(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match check_site(&state.config, &request) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// The same as an answer.
pub fn check_site(config: &Config, request: &Request) -> Result<()> {
    check(config, request.method(), request.uri(), request.headers())
}

fn check(config: &Config, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<()> {
    if !hosts(uri, headers).iter().all(|host| host.as_ref().is_some_and(|at| at.is_ours(config))) {
        let message = format!(
            "this server is reached at {} (PURSER_PUBLIC_URL); a proxy in front must pass that name on as Host",
            config.public_url
        );
        return Err(Error::unfit(StatusCode::MISDIRECTED_REQUEST, "WRONG_HOST", message));
    }
    let is_safe = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || is_of_this_site(config, uri, headers) {
        return Ok(());
    }
    Err(Error::Denied("requests from other sites"))
}

/// Whether no browser says that another site's page asks. Browsers send `Origin` with every POST; a request without one comes
/// from a program, which carries nobody's cookie.
pub fn is_of_this_site(config: &Config, uri: &Uri, headers: &HeaderMap) -> bool {
    let is_own_site = |value: &header::HeaderValue| [b"same-origin".as_slice(), b"none"].contains(&value.as_bytes());
    if !headers.get_all(&FETCH_SITE).iter().all(is_own_site) {
        return false;
    }
    let is_own = |origin: &header::HeaderValue| {
        let origin = origin.to_str().ok().and_then(|text| Url::parse(text).ok());
        origin
            .is_some_and(|origin| origin.origin() == config.public_url.origin() || is_local_origin(config, &origin, uri, headers))
    };
    headers.get_all(header::ORIGIN).iter().all(is_own)
}

#[cfg(test)]
mod tests;
