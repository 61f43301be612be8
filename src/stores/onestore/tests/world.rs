use std::sync::LazyLock;
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA512, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::model::{Environment, Secret, StoreCode, Timestamp};
use crate::stores::http::Limits;
use crate::stores::http::fake::{FakeStore, Reply, Seen};
use crate::stores::onestore::OneStore;
use crate::stores::onestore::api::Hosts;
use crate::stores::{StoreApp, simulated_app};

/// 2026-01-01T00:00:05Z.
pub const NOW: Timestamp = Timestamp(1_767_225_605_000);
pub const TOKEN: &str = "260101090000SGP40543";

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

/// An RSA key that takes a while to make, so all tests share it.
static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// The adapter and the ONE store it asks.
pub struct ScriptedStore {
    pub store: OneStore,
    pub fake: FakeStore,
}

impl ScriptedStore {
    /// A ONE store that signs everybody in and answers by a script: given the path below the app's own, with its environment before
    /// it where that is not the simulator, and the request. What the script does not know is not found.
    pub async fn start(script: impl Fn(&str, &Seen) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self::scripted(move |seen, _| match seen.path.ends_with("/v7/oauth/token") {
            true => issued("680b3621-a", 3_600),
            false => script(&below_app(&seen.path), seen).unwrap_or_else(|| error(404, "NoSuchData")),
        })
        .await
    }

    /// A ONE store that answers by a script alone: the request and how many came before it.
    pub async fn scripted(script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let fake = FakeStore::start(script).await;
        Self { store: OneStore::new(Hosts::at(&fake.base), QUICK), fake }
    }

    /// The paths that were asked below the app's own, in turn.
    pub fn asked(&self) -> Vec<String> {
        self.fake.paths().iter().filter(|path| path.contains("/v7/apps/")).map(|path| below_app(path)).collect()
    }
}

fn below_app(path: &str) -> String {
    path.replacen("/v7/apps/0000042301/", "/", 1).trim_start_matches('/').to_owned()
}

pub fn ok(value: Value) -> Option<Reply> {
    Some(Reply::Json(200, value))
}

pub fn issued(token: &str, seconds: i64) -> Reply {
    let grant = json!({ "client_id": "0000042301", "access_token": token, "token_type": "bearer", "expires_in": seconds,
                        "scope": "DEFAULT" });
    Reply::Json(200, grant)
}

/// An error in the server API's form.
pub fn error(status: u16, code: &str) -> Reply {
    Reply::Json(status, json!({ "error": { "code": code, "message": "Testing error." } }))
}

/// A SIMULATOR app of ONE store that sells subscriptions.
pub fn app() -> StoreApp {
    app_of(Environment::Simulator)
}

pub fn app_of(environment: Environment) -> StoreApp {
    let mut app = StoreApp { store: StoreCode::OneStore, environment, ..simulated_app() };
    app.secrets.insert("client_secret".into(), Secret("vxIM+/cVz3=".into()));
    for (name, value) in [("client_id", "0000042301"), ("subscriptions", "YES"), ("license_key", &license_key())] {
        app.settings.insert(name.into(), value.into());
    }
    app
}

/// The public half of the test key, as the Developer Center shows it.
fn license_key() -> String {
    let der: PublicKeyX509Der<'_> = KEY.public_key().as_der().unwrap();
    STANDARD.encode(der.as_ref())
}

/// A signature by the test key, in base64.
pub fn sign(text: &str) -> String {
    let mut signature = vec![0; KEY.public_modulus_len()];
    KEY.sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    STANDARD.encode(signature)
}
