use std::sync::LazyLock;
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use x509_parser::prelude::FromDer;
use x509_parser::public_key::{PublicKey, RSAPublicKey};
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::model::{Environment, Secret, StoreCode, Timestamp};
use crate::stores::google::GoogleStore;
use crate::stores::google::api::Hosts;
use crate::stores::http::Limits;
use crate::stores::http::fake::{FakeStore, Reply, Seen};
use crate::stores::{StoreApp, simulated_app};

/// 2026-01-01T00:00:05Z.
pub const NOW: Timestamp = Timestamp(1_767_225_605_000);
pub const TOKEN: &str = "abcdefghijklmnopqrstuvwx.AO-J1OxTOKENxTOKENxTOKENxTOKENxTOKENxTOKENxTOKENxTOKENx";
pub const PUSHER: &str = "pubsub@project.iam.gserviceaccount.com";

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
pub static KEY: LazyLock<RsaKeyPair> = LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// The adapter and the Google it asks.
pub struct Google {
    pub store: GoogleStore,
    pub fake: FakeStore,
}

impl Google {
    /// A Google that signs everybody in and answers by a script: given the path below the app's own and the request. What the script
    /// does not know is not found.
    pub async fn start(script: impl Fn(&str, &Seen) -> Option<Reply> + Send + Sync + 'static) -> Self {
        Self::scripted(move |seen, _| match seen.path.as_str() {
            "/token" => Reply::Json(200, json!({ "access_token": "ya29.a", "expires_in": 3599, "token_type": "Bearer" })),
            "/oauth2/v3/certs" => jwk_set("k1"),
            _ => script(below_app(&seen.path), seen).unwrap_or_else(|| google_error(404, "purchaseTokenNotFound")),
        })
        .await
    }

    /// A Google that answers by a script alone: the request and how many came before it.
    pub async fn scripted(script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let fake = FakeStore::start(script).await;
        Self { store: GoogleStore::new(Hosts::at(&fake.base), QUICK), fake }
    }

    /// The paths that were asked below the app's own, in turn.
    pub fn asked(&self) -> Vec<String> {
        let paths = self.fake.paths().into_iter();
        paths.filter(|path| path.starts_with("/androidpublisher")).map(|path| below_app(&path).to_owned()).collect()
    }
}

fn below_app(path: &str) -> &str {
    path.strip_prefix("/androidpublisher/v3/applications/game.example/").unwrap_or(path)
}

pub fn ok(value: Value) -> Option<Reply> {
    Some(Reply::Json(200, value))
}

/// An error in the Developer API's form.
pub fn google_error(status: u16, reason: &str) -> Reply {
    let errors = json!([{ "message": "Testing error.", "domain": "androidpublisher", "reason": reason }]);
    Reply::Json(status, json!({ "error": { "code": status, "message": "Testing error.", "errors": errors } }))
}

/// A SIMULATOR app of Google Play with a service account.
pub fn app() -> StoreApp {
    app_of(Environment::Simulator)
}

pub fn app_of(environment: Environment) -> StoreApp {
    let mut app = StoreApp { store: StoreCode::GooglePlay, environment, ..simulated_app() };
    app.secrets.insert("service_account".into(), Secret(key_file().to_string()));
    app.settings.insert("push_service_account".into(), PUSHER.into());
    app
}

pub fn key_file() -> Value {
    let der: Pkcs8V1Der<'_> = KEY.as_der().unwrap();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der.as_ref()));
    json!({
        "type": "service_account", "client_email": "purser@project.iam.gserviceaccount.com", "private_key_id": "key-1",
        "private_key": pem, "token_uri": "http://127.0.0.1:9/elsewhere",
    })
}

/// The keys that sign push tokens: the test key, under an id.
pub fn jwk_set(key_id: &str) -> Reply {
    let number = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let der: PublicKeyX509Der<'_> = KEY.public_key().as_der().unwrap();
    let (_, info) = SubjectPublicKeyInfo::from_der(der.as_ref()).unwrap();
    let PublicKey::RSA(RSAPublicKey { modulus, exponent }) = info.parsed().unwrap() else { unreachable!("it is an RSA key") };
    let key = json!({ "kid": key_id, "kty": "RSA", "alg": "RS256", "use": "sig", "n": number(modulus), "e": number(exponent) });
    Reply::Json(200, json!({ "keys": [key] }))
}

/// A compact JWT signed with the test key.
pub fn sign_jwt(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let mut signature = vec![0; KEY.public_modulus_len()];
    KEY.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
