use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use crate::model::Environment;
use crate::stores::http::simulator_base;

const API: &str = "https://androidpublisher.googleapis.com";
/// Where access tokens are issued. A key file names such an address too; it is not followed, so that no file can make this server send
/// a signed assertion elsewhere.
pub const TOKEN_ENDPOINT: &str = "https://oauth2.googleapis.com/token";
const PUSH_KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";

/// Where Google is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The Developer API, without a slash at the end.
    pub api: String,
    pub token_endpoint: String,
    /// The JWK set of the keys that sign push tokens.
    pub push_keys: String,
}

/// Google's own addresses, and the simulator's, which are known once this server listens.
pub struct Hosts {
    google: Arc<Addresses>,
    simulator: RwLock<Option<Arc<Addresses>>>,
}

impl Hosts {
    /// Google's own.
    pub fn google() -> Self {
        let google = Addresses { api: API.into(), token_endpoint: TOKEN_ENDPOINT.into(), push_keys: PUSH_KEYS.into() };
        Self { google: Arc::new(google), simulator: RwLock::new(None) }
    }

    /// One base for everything, as the simulator has it.
    #[cfg(test)]
    pub fn at(base: &str) -> Self {
        Self { google: Arc::new(Addresses::below(base)), simulator: RwLock::new(Some(Arc::new(Addresses::below(base)))) }
    }

    /// Tells where this server listens, which is where the simulator is reached.
    pub fn set_own_address(&self, addr: SocketAddr) {
        let addresses = Addresses::below(&simulator_base(addr));
        *self.simulator.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(addresses));
    }

    /// The addresses for an app of an environment; none for a SIMULATOR app while this server does not listen.
    pub fn of(&self, environment: Environment) -> Option<Arc<Addresses>> {
        match environment {
            Environment::Simulator => self.simulator.read().unwrap_or_else(PoisonError::into_inner).clone(),
            Environment::Live | Environment::Sandbox => Some(Arc::clone(&self.google)),
        }
    }
}

impl Addresses {
    fn below(base: &str) -> Self {
        Self { api: base.to_owned(), token_endpoint: format!("{base}/token"), push_keys: format!("{base}/oauth2/v3/certs") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_each_app_asks() {
        let hosts = Hosts::google();
        for environment in [Environment::Live, Environment::Sandbox] {
            let addresses = hosts.of(environment).unwrap();
            assert_eq!(addresses.api, "https://androidpublisher.googleapis.com");
            assert_eq!(addresses.token_endpoint, "https://oauth2.googleapis.com/token");
        }
        assert_eq!(hosts.of(Environment::Simulator), None);
        hosts.set_own_address("0.0.0.0:3000".parse().unwrap());
        let simulator = hosts.of(Environment::Simulator).unwrap();
        assert_eq!(simulator.api, "http://127.0.0.1:3000/simulator");
        assert_eq!(simulator.token_endpoint, "http://127.0.0.1:3000/simulator/token");
        assert_eq!(simulator.push_keys, "http://127.0.0.1:3000/simulator/oauth2/v3/certs");
    }
}
