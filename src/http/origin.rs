//! The console answers its own address only, and a request that changes something must come from its own pages (on top of
//! SameSite cookies). A name of somebody else that was made to lead here (DNS rebinding) is seen by its `Host`.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

use crate::config::Config;
use crate::error::{Error, Result};
use crate::state::AppState;

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

/// Our own page as this machine itself sees it, past any proxy: the very host that was asked.
fn is_local_origin(config: &Config, origin: &Url, uri: &Uri, headers: &HeaderMap) -> bool {
    let Some(host) = origin.host() else { return false };
    let here = At { host: host.to_owned(), port: origin.port_or_known_default() };
    let asked = hosts(uri, headers);
    let is_here =
        |at: &Option<At>| at.as_ref().is_some_and(|at| at.host == here.host && at.port_of(origin.scheme()) == here.port);
    is_local_host(config, &here.host) && !asked.is_empty() && asked.iter().all(is_here)
}

/// Whether a host is this machine, or the address we listen at. A name but `localhost` is never.
pub fn is_local_host<S: AsRef<str>>(config: &Config, host: &Host<S>) -> bool {
    let ip = match host {
        Host::Domain(name) => return name.as_ref() == "localhost",
        Host::Ipv4(address) => std::net::IpAddr::V4(*address),
        Host::Ipv6(address) => std::net::IpAddr::V6(*address).to_canonical(),
    };
    ip.is_loopback() || ip == config.addr.ip() || config.addr.ip().is_unspecified()
}

/// Whether every host a request names is this machine.
pub fn is_for_this_machine(config: &Config, uri: &Uri, headers: &HeaderMap) -> bool {
    hosts(uri, headers).iter().all(|at| at.as_ref().is_some_and(|at| is_local_host(config, &at.host)))
}

/// Host and port of a `Host` header.
struct At {
    host: Host,
    port: Option<u16>,
}

impl At {
    fn parse(text: &str) -> Option<Self> {
        let is_plain = !text.is_empty() && !text.contains(['/', '@', '?', '#', '\\']);
        let url = Url::parse(&format!("http://{text}")).ok().filter(|_| is_plain)?;
        let port = text.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).and_then(|(_, port)| port.parse().ok());
        Some(Self { host: url.host()?.to_owned(), port })
    }

    fn port_of(&self, scheme: &str) -> Option<u16> {
        self.port.or(match scheme {
            "https" => Some(443),
            _ => Some(80),
        })
    }

    fn is_ours(&self, config: &Config) -> bool {
        let is_public = config.public_url.host().is_some_and(|host| host.to_owned() == self.host);
        is_public || is_local_host(config, &self.host)
    }
}

/// The hosts a request names, each read or none: its `Host`, and that of a whole address. None at all where a program left it out.
fn hosts(uri: &Uri, headers: &HeaderMap) -> Vec<Option<At>> {
    let named = headers.get_all(header::HOST).iter().map(|value| value.to_str().ok().and_then(At::parse));
    named.chain(uri.authority().map(|authority| At::parse(authority.as_str()))).collect()
}

#[cfg(test)]
mod tests;
