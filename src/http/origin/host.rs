//! Which machine an address is of.

use axum::http::{HeaderMap, Uri, header};
use url::{Host, Url};

use crate::config::Config;

/// Our own page as this machine itself sees it, past any proxy: the very host that was asked.
pub(super) fn is_local_origin(config: &Config, origin: &Url, uri: &Uri, headers: &HeaderMap) -> bool {
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
pub(super) struct At {
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

    pub(super) fn is_ours(&self, config: &Config) -> bool {
        let is_public = config.public_url.host().is_some_and(|host| host.to_owned() == self.host);
        is_public || is_local_host(config, &self.host)
    }
}

/// The hosts a request names, each read or none: its `Host`, and that of a whole address. None at all where a program left it out.
pub(super) fn hosts(uri: &Uri, headers: &HeaderMap) -> Vec<Option<At>> {
    let named = headers.get_all(header::HOST).iter().map(|value| value.to_str().ok().and_then(At::parse));
    named.chain(uri.authority().map(|authority| At::parse(authority.as_str()))).collect()
}
