//! The App Store Server API's client against a scripted store.

mod catalog;
mod check;
mod endpoints;
mod environments;
mod legacy;
mod limits;
mod lookups;
mod models;
mod offers;
mod queue;
mod token;

use std::time::Duration;

use super::*;
use crate::model::{Environment, Secret};
use crate::stores::apple::api::{AppleEnvironment, Client};

pub use crate::stores::http::fake::{FakeStore, Reply, Seen};

/// Apple's own test key, from its server libraries.
pub const KEY_PEM: &str = include_str!("../vectors/library/testSigningKey.p8");
const ISSUER_ID: &str = "99b16628-15e4-4668-972b-eeff55eeff55";
const KEY_ID: &str = "ABCDEFGHIJ";

/// Short enough for tests, long enough for a loaded machine to answer within.
const QUICK: Limits = Limits {
    connect: Duration::from_secs(5),
    attempt: Duration::from_secs(20),
    total: Duration::from_secs(60),
    attempts_max: 3,
    backoff: Duration::from_millis(1),
    pause_waited_max: Duration::from_millis(20),
    client_held_min: Duration::ZERO,
};

/// An app with a key.
pub fn app_with_key(environment: Environment) -> StoreApp {
    let mut app = StoreApp { environment, ..simulated_app() };
    app.settings.insert("issuer_id".into(), ISSUER_ID.into());
    app.settings.insert("key_id".into(), KEY_ID.into());
    app.secrets.insert("private_key".into(), Secret(KEY_PEM.into()));
    app
}

/// A client of the fake store, whose production is under `/p` and whose sandbox is under `/s`.
fn client(fake: &FakeStore, limits: Limits) -> Client {
    Client::new(hosts(fake), limits)
}

pub fn hosts(fake: &FakeStore) -> Hosts {
    let hosts = Hosts::new(format!("{}/p", fake.base), format!("{}/s", fake.base));
    hosts.set_own_address(fake.addr);
    hosts
}

/// Apple's forms of answers.
impl Reply {
    pub fn error(code: i64) -> Self {
        let status = u16::try_from(code / 10_000).unwrap();
        Self::Json(status, json!({ "errorCode": code, "errorMessage": "Testing error." }))
    }

    /// A refused token: no body at all. The store's clock agrees with the tests'.
    pub fn unauthorized() -> Self {
        Self::Raw(401, vec![("date", "Thu, 01 Jan 2026 00:00:05 GMT".into())], "")
    }
}
