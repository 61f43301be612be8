use std::net::SocketAddr;

use super::apple::AppleStore;
use super::apple::api::{Hosts, Limits};
use super::form::read_purchase_token;
use super::test_store::TestStore;
use super::{Proof, ProofForm, Refusal, Store, StoreApp};
use crate::error::Error;
use crate::model::{RefusalCode, StoreCode};

/// The adapters of all stores this server can speak to.
pub struct Stores {
    apple: AppleStore,
    test: TestStore,
}

impl Stores {
    /// `simulator_roots` are the simulator's root certificates in DER, none while it is off. Fails when a root is unusable.
    pub fn new(simulator_roots: Vec<Vec<u8>>) -> Result<Self, Error> {
        Ok(Self { apple: AppleStore::new(simulator_roots, Hosts::apple(), Limits::DEFAULT)?, test: TestStore })
    }

    /// The App Store's adapter, for what only it can do.
    pub fn apple(&self) -> &AppleStore {
        &self.apple
    }

    /// Tells the adapters where this server listens, which is where SIMULATOR apps find their stores.
    pub fn set_own_address(&self, addr: SocketAddr) {
        self.apple.hosts().set_own_address(addr);
    }

    /// The adapter of a store; none where there is none yet.
    pub fn of(&self, code: StoreCode) -> Option<&dyn Store> {
        match code {
            StoreCode::AppStore => Some(&self.apple),
            StoreCode::Test => Some(&self.test),
            StoreCode::GooglePlay | StoreCode::OneStore => None,
        }
    }

    /// Reads a proof's form, also where its store has no adapter yet.
    pub fn read_form(&self, app: &StoreApp, proof: &Proof) -> Result<ProofForm, Refusal> {
        match self.of(app.store) {
            Some(store) => store.read_form(app, proof),
            None => read_purchase_token(proof),
        }
    }

    /// The adapter of a store, or the refusal a caller gets who needs one that is not there: the proof may be good,
    /// so it is kept for later rather than called invalid.
    pub fn get(&self, code: StoreCode) -> Result<&dyn Store, Refusal> {
        let missing = || Refusal::new(RefusalCode::StoreUnavailable, format!("this server cannot verify {code} purchases yet"));
        self.of(code).ok_or_else(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_stores_that_are_not_there() {
        let stores = Stores::new(Vec::new()).unwrap();
        assert!(stores.get(StoreCode::AppStore).is_ok() && stores.get(StoreCode::Test).is_ok());
        for code in [StoreCode::GooglePlay, StoreCode::OneStore] {
            let refusal = stores.get(code).err().unwrap();
            assert_eq!(refusal.code, RefusalCode::StoreUnavailable);
            assert_eq!(refusal.reason, format!("this server cannot verify {code} purchases yet"));
        }
    }
}
