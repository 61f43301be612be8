use std::net::SocketAddr;
use std::sync::{PoisonError, RwLock};

use crate::model::Environment;
use crate::stores::StoreApp;
use crate::stores::http::simulator_base;

const PRODUCTION: &str = "https://api.storekit.apple.com";
const SANDBOX: &str = "https://api.storekit-sandbox.apple.com";
const CONNECT: &str = "https://api.appstoreconnect.apple.com";

/// Apple keeps real purchases and test purchases apart; ids of one mean nothing in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AppleEnvironment {
    Production,
    Sandbox,
}

impl AppleEnvironment {
    /// Apple's word for it, as payloads carry it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "Production",
            Self::Sandbox => "Sandbox",
        }
    }

    /// The environments an app's purchases may come from, the likelier first. A LIVE app's id that production does not know is
    /// asked for in the sandbox too, so that the caller hears why it is refused.
    pub const fn of(app: &StoreApp) -> &'static [Self] {
        match app.environment {
            Environment::Live => &[Self::Production, Self::Sandbox],
            Environment::Sandbox | Environment::Simulator => &[Self::Sandbox],
        }
    }

    /// The environments whose notifications and lists count for an app: the sandbox beside production only where the app takes it.
    pub const fn counted_for(app: &StoreApp) -> &'static [Self] {
        match (app.environment, app.accept_sandbox) {
            (Environment::Live, false) => &[Self::Production],
            _ => Self::of(app),
        }
    }
}

/// Where the APIs are reached: Apple's hosts, and the simulator's address, which is known once this server listens.
pub struct Hosts {
    production: String,
    sandbox: String,
    /// App Store Connect has one host for everything.
    connect: String,
    simulator: RwLock<Option<String>>,
}

impl Hosts {
    /// Apple's own.
    pub fn apple() -> Self {
        Self { connect: CONNECT.into(), ..Self::new(PRODUCTION, SANDBOX) }
    }

    /// Others than Apple's, without a slash at the end; App Store Connect is where production is.
    pub fn new(production: impl Into<String>, sandbox: impl Into<String>) -> Self {
        let production = production.into();
        Self { connect: production.clone(), production, sandbox: sandbox.into(), simulator: RwLock::new(None) }
    }

    /// Tells where this server listens, which is where the simulator is reached.
    pub fn set_own_address(&self, addr: SocketAddr) {
        *self.simulator.write().unwrap_or_else(PoisonError::into_inner) = Some(simulator_base(addr));
    }

    /// The address to call for an app in an environment; none for a SIMULATOR app while this server does not listen.
    pub fn base(&self, environment: Environment, apple_environment: AppleEnvironment) -> Option<String> {
        match (environment, apple_environment) {
            (Environment::Simulator, _) => self.simulator_base(),
            (_, AppleEnvironment::Production) => Some(self.production.clone()),
            (_, AppleEnvironment::Sandbox) => Some(self.sandbox.clone()),
        }
    }

    /// The address of App Store Connect for an app; none for a SIMULATOR app while this server does not listen.
    pub fn connect_base(&self, environment: Environment) -> Option<String> {
        match environment {
            Environment::Simulator => self.simulator_base(),
            Environment::Live | Environment::Sandbox => Some(self.connect.clone()),
        }
    }

    fn simulator_base(&self) -> Option<String> {
        self.simulator.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stores::simulated_app;

    #[test]
    fn knows_where_each_app_asks() {
        let hosts = Hosts::apple();
        assert_eq!(
            hosts.base(Environment::Live, AppleEnvironment::Production).as_deref(),
            Some("https://api.storekit.apple.com")
        );
        assert_eq!(
            hosts.base(Environment::Sandbox, AppleEnvironment::Sandbox).as_deref(),
            Some("https://api.storekit-sandbox.apple.com")
        );
        assert_eq!(hosts.connect_base(Environment::Sandbox).as_deref(), Some("https://api.appstoreconnect.apple.com"));
        assert_eq!(hosts.base(Environment::Simulator, AppleEnvironment::Sandbox), None);
        assert_eq!(hosts.connect_base(Environment::Simulator), None);
        hosts.set_own_address("0.0.0.0:3000".parse().unwrap());
        let simulator = hosts.base(Environment::Simulator, AppleEnvironment::Sandbox);
        assert_eq!(simulator.as_deref(), Some("http://127.0.0.1:3000/simulator"));
        hosts.set_own_address("[::1]:81".parse().unwrap());
        let simulator = hosts.base(Environment::Simulator, AppleEnvironment::Sandbox);
        assert_eq!(simulator.as_deref(), Some("http://[::1]:81/simulator"));
    }

    #[test]
    fn a_live_app_looks_in_the_sandbox_but_counts_it_only_on_request() {
        let live = StoreApp { environment: Environment::Live, ..simulated_app() };
        let review = StoreApp { accept_sandbox: true, ..live.clone() };
        let both = [AppleEnvironment::Production, AppleEnvironment::Sandbox];
        assert_eq!((AppleEnvironment::of(&live), AppleEnvironment::counted_for(&live)), (&both[..], &both[..1]));
        assert_eq!(AppleEnvironment::counted_for(&review), &both);
        assert_eq!(AppleEnvironment::counted_for(&simulated_app()), &[AppleEnvironment::Sandbox]);
    }
}
