//! The addresses that may call NHN's surfaces without a secret.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::auth::Address;
use crate::error::{Error, Result};
use crate::model::{AppReason, NhnDoor, Reason};

/// More networks than any project's game servers are in.
const NETWORKS_MAX: usize = 64;
/// How much of a wrong one is repeated to whoever wrote it.
const SHOWN_CHARS: usize = 50;

/// Reads addresses and networks separated by spaces, commas or lines, and gives them as they are kept.
pub fn parse_addresses(text: &str) -> Result<String> {
    let parts = text.split(|c: char| c.is_whitespace() || c == ',').filter(|part| !part.is_empty());
    let networks = parts.map(|part| {
        let shown: String = part.chars().take(SHOWN_CHARS).collect();
        let network = network(part).map(|network| network.trunc().to_string());
        network.ok_or_else(|| Error::invalid("addresses", AppReason::NotANetwork(shown)))
    });
    let networks = networks.collect::<Result<Vec<_>>>()?;
    if networks.len() > NETWORKS_MAX {
        return Err(Error::invalid("addresses", Reason::CountAtMost { max: NETWORKS_MAX }));
    }
    Ok(networks.join(" "))
}

/// Whether a call from an address is answered; one whose address is not known only where all are.
pub fn is_allowed(door: &NhnDoor, address: Option<Address>) -> bool {
    if !door.is_open || door.addresses.is_empty() {
        return door.is_open;
    }
    let mut networks = door.addresses.split_whitespace().filter_map(network);
    address.is_some_and(|address| networks.any(|network| network.contains(&address.ip())))
}

fn network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(|address| IpNet::from(address.to_canonical())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read_and_kept_short() {
        let kept = parse_addresses(" 203.0.113.7, 198.51.100.9/24\n2001:db8::1/32 ::ffff:192.0.2.1 ").expect("fine");
        assert_eq!(kept, "203.0.113.7/32 198.51.100.0/24 2001:db8::/32 192.0.2.1/32");
        assert_eq!(parse_addresses(&kept).expect("the same"), kept);
        assert_eq!(parse_addresses(" \n").expect("none"), "");
        for bad in ["203.0.113", "example.com", "203.0.113.7/33", "203.0.113.7:80"] {
            assert!(parse_addresses(bad).expect_err(bad).to_string().starts_with("addresses"));
        }
        assert!(parse_addresses(&"203.0.113.7 ".repeat(65)).is_err());
    }

    #[test]
    fn only_listed_addresses_are_let_in() {
        let door = |is_open, addresses: &str| NhnDoor { is_open, addresses: addresses.into() };
        let at = |text: &str| Some(Address::from(text.parse::<IpAddr>().expect("an address")));
        assert!(is_allowed(&door(true, ""), None) && is_allowed(&door(true, ""), at("203.0.113.7")));
        assert!(!is_allowed(&door(false, ""), at("203.0.113.7")) && !is_allowed(&door(false, "203.0.113.7"), at("203.0.113.7")));
        let listed = door(true, "203.0.113.0/24 2001:db8::/32");
        for good in ["203.0.113.7", "::ffff:203.0.113.7", "2001:db8:1::9"] {
            assert!(is_allowed(&listed, at(good)), "{good}");
        }
        for bad in [None, at("203.0.114.7"), at("2001:db9::1"), at("127.0.0.1")] {
            assert!(!is_allowed(&listed, bad), "{bad:?}");
        }
    }
}
