use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use crate::stores::http::simulator_base;
use crate::stores::onestore::world::World;

const COMMERCIAL: &str = "https://iap-apis.onestore.net";
const SANDBOX: &str = "https://sbpp.onestore.net";

/// Where ONE store is reached, each address without a slash at the end.
pub struct Hosts {
    commercial: Arc<str>,
    sandbox: Arc<str>,
    /// Known once this server listens.
    simulator: RwLock<Option<Arc<str>>>,
}

impl Hosts {
    /// ONE store's own.
    pub fn one_store() -> Self {
        Self { commercial: COMMERCIAL.into(), sandbox: SANDBOX.into(), simulator: RwLock::new(None) }
    }

    /// All below one base.
    #[cfg(test)]
    pub fn at(base: &str) -> Self {
        let simulator = RwLock::new(Some(base.into()));
        Self { commercial: format!("{base}/commercial").into(), sandbox: format!("{base}/sandbox").into(), simulator }
    }

    /// Tells where this server listens, which is where the simulator is reached.
    pub fn set_own_address(&self, addr: SocketAddr) {
        *self.simulator.write().unwrap_or_else(PoisonError::into_inner) = Some(simulator_base(addr).into());
    }

    /// The address of an environment; none of the simulator while this server does not listen.
    pub fn of(&self, world: World) -> Option<Arc<str>> {
        match world {
            World::Commercial => Some(Arc::clone(&self.commercial)),
            World::Sandbox => Some(Arc::clone(&self.sandbox)),
            World::Simulator => self.simulator.read().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_each_environment_is() {
        let hosts = Hosts::one_store();
        assert_eq!(hosts.of(World::Commercial).as_deref(), Some("https://iap-apis.onestore.net"));
        assert_eq!(hosts.of(World::Sandbox).as_deref(), Some("https://sbpp.onestore.net"));
        assert_eq!(hosts.of(World::Simulator), None);
        hosts.set_own_address("0.0.0.0:3000".parse().unwrap());
        assert_eq!(hosts.of(World::Simulator).as_deref(), Some("http://127.0.0.1:3000/simulator"));
    }
}
