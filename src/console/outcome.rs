//! What became of a form, as the browser's side may trust it, and where it leads.
//!
//! A form's answer is a redirect, and the page that comes after it says nothing of what was done: it may be the door. So the
//! browser's side gives each call a name (`X-Purser-Call`), and the one that did its work comes back with that name in a cookie.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use url::{Position, Url};

use super::paths;
use crate::auth::DEVICE_COOKIE;
use crate::config::Config;
use crate::console::cookies::{CALL_HEADER, done_cookie_line};
use crate::http::is_local_host;
use crate::state::AppState;

const CALL_BYTES_MAX: usize = 32;

/// Names the call that did its work, keeps every redirect on this site, and puts the session's cookie first.
pub async fn settle(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let call = call_of(&request);
    let mut response = next.run(request).await;
    let is_refused = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    let is_done = (response.status().is_success() || response.status().is_redirection()) && !is_refused;
    let headers = response.headers_mut();
    stay_here(&state.config, headers);
    put_devices_last(headers);
    if let Some(line) = call.filter(|_| is_done).and_then(|call| HeaderValue::from_str(&done_cookie_line(&call)).ok()) {
        headers.append(header::SET_COOKIE, line);
    }
    response
}

fn call_of(request: &Request) -> Option<String> {
    let name = request.headers().get(CALL_HEADER).and_then(|value| value.to_str().ok())?;
    let is_decent = (1..=CALL_BYTES_MAX).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (*request.method() == Method::POST && is_decent).then(|| name.to_owned())
}

/// A form leads back to where it stood as its `Referer` says, so every address is looked at, whoever wrote it.
fn stay_here(config: &Config, headers: &mut HeaderMap) {
    let Some(to) = headers.get(header::LOCATION).map(|to| to.to_str().unwrap_or_default()) else { return };
    let whole = Url::parse(to).ok();
    let is_own =
        |url: &Url| url.origin() == config.public_url.origin() || url.host().is_some_and(|host| is_local_host(config, &host));
    let path = match &whole {
        Some(url) => Some(&url[Position::BeforePath..]).filter(|_| is_own(url)),
        None => Some(to),
    };
    if let Ok(path) = HeaderValue::from_str(&paths::local_or_home(path)) {
        headers.insert(header::LOCATION, path);
    }
}

/// Programs that keep one cookie keep the first: let it be the session.
fn put_devices_last(headers: &mut HeaderMap) {
    let is_device = |line: &HeaderValue| line.as_bytes().starts_with(DEVICE_COOKIE.as_bytes());
    let (devices, others): (Vec<_>, Vec<_>) = headers.get_all(header::SET_COOKIE).iter().cloned().partition(is_device);
    if devices.is_empty() {
        return;
    }
    headers.remove(header::SET_COOKIE);
    for line in others.into_iter().chain(devices) {
        headers.append(header::SET_COOKIE, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_stays_here_whatever_the_page_before_was() {
        let config =
            Config::from_lookup(|name| (name == "PURSER_PUBLIC_URL").then(|| "https://purser.example".into())).expect("valid");
        for (to, expected) in [
            ("/projects/p1?a=b#sale", "/projects/p1?a=b#sale"),
            ("https://purser.example/projects/p1?__err=x", "/projects/p1?__err=x"),
            ("http://127.0.0.1:3000/account", "/account"),
            ("https://evil.example/account", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("javascript:alert(1)", "/"),
        ] {
            let mut headers = HeaderMap::from_iter([(header::LOCATION, to.parse().expect("a header"))]);
            stay_here(&config, &mut headers);
            assert_eq!(headers[header::LOCATION], expected, "{to}");
        }
    }
}
