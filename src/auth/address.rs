//! The address a request came from, for limits and the audit log.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};

use crate::state::AppState;

const FORWARDED_FOR: &str = "x-forwarded-for";
/// One household or server gets this many leading bits of an IPv6 address; the rest it may choose freely.
const IPV6_PREFIX_BITS: u32 = 64;

/// An IP address; an IPv4 address in its IPv6 form is the IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address(IpAddr);

impl Address {
    /// An address as it was written down, or as proxies write it.
    pub fn parse(text: &str) -> Option<Self> {
        parse(text)
    }

    pub fn ip(self) -> IpAddr {
        self.0
    }

    /// What a limit counts by: an IPv4 address as a whole, an IPv6 address by its /64 network.
    pub fn subject(self) -> String {
        match self.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let network = address.to_bits() >> (128 - IPV6_PREFIX_BITS) << (128 - IPV6_PREFIX_BITS);
                format!("{}/{IPV6_PREFIX_BITS}", Ipv6Addr::from_bits(network))
            }
        }
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a request came from. With `PURSER_TRUST_PROXY` it is the address our own proxy saw; a header that holds no address
/// there leaves the proxy's.
pub fn address(state: &AppState, parts: &Parts) -> Option<Address> {
    address_of(state, &parts.headers, &parts.extensions)
}

/// The same by a request's headers and extensions.
pub fn address_of(state: &AppState, headers: &HeaderMap, extensions: &Extensions) -> Option<Address> {
    let forwarded = if state.config.trust_proxy { last_hop(headers) } else { None };
    forwarded.or_else(|| peer(extensions))
}

/// The other end of the connection; none in a request that came by none.
pub fn peer(extensions: &Extensions) -> Option<Address> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().into())
}

/// The entry our proxy added: the last of the last line. All before it is the caller's own word.
pub fn last_hop(headers: &HeaderMap) -> Option<Address> {
    let line = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?;
    parse(line.rsplit(',').next()?.trim())
}

/// An address as proxies write it: `203.0.113.9`, `203.0.113.9:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`.
fn parse(text: &str) -> Option<Address> {
    let bare = text.parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    bare.or_else(with_port).or_else(in_brackets).map(Address::from)
}

#[cfg(test)]
mod tests;
