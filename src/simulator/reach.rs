//! Whom the simulated stores notify: this machine only, so that nobody sends requests elsewhere through them.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};

use crate::error::{Error, Result};
use crate::model::Environment;
use crate::state::AppState;
use crate::stores::apple::api::AppleEnvironment;

/// Where this server listens; none while it does not.
pub(super) fn own_address(state: &AppState) -> Option<String> {
    let base = state.stores.apple().hosts().base(Environment::Simulator, AppleEnvironment::Sandbox)?;
    base.strip_suffix("/simulator").map(str::to_owned)
}

/// Whether an address is one of this machine's, as far as it can be seen by the address itself.
pub(super) fn is_own_machine(url: &Url) -> bool {
    let is_http = matches!(url.scheme(), "http" | "https");
    is_http
        && match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
            None => false,
        }
}

/// Calls this machine, wherever a name leads, and follows nobody elsewhere.
pub(super) fn new_client(timeout: Duration) -> Result<Client> {
    let builder = Client::builder().timeout(timeout).no_proxy().redirect(Policy::none()).dns_resolver(Arc::new(ThisMachine));
    builder.build().map_err(Error::internal)
}

/// Looks names up and keeps what is this machine.
struct ThisMachine;

impl Resolve for ThisMachine {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.filter(|at| is_here(at.ip())).collect();
            if found.is_empty() {
                return Err(io::Error::other("the name leads to another machine").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn is_here(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_notified() {
        let is_notified = |url: &str| Url::parse(url).is_ok_and(|url| is_own_machine(&url));
        for here in [
            "http://127.0.0.1:9000/notices",
            "https://localhost/x",
            "http://[::1]:1/",
            "http://game.localhost/",
            "http://127.1/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert!(is_notified(here), "{here}");
        }
        for elsewhere in [
            "http://10.0.0.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://example.com/",
            "http://localhost.example.com/",
            "http://0.0.0.0:80/",
            "http://[::]/",
            "http://127.0.0.1@example.com/",
            "file:///etc/passwd",
            "ftp://127.0.0.1/",
            "nonsense",
        ] {
            assert!(!is_notified(elsewhere), "{elsewhere}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_elsewhere_is_not_followed() {
        let name = |text: &str| text.parse::<Name>().expect("a name");
        assert!(ThisMachine.resolve(name("localhost")).await.is_ok());
        assert!(ThisMachine.resolve(name("192.0.2.1")).await.is_err(), "what a look-up gave is looked at again");
    }
}
