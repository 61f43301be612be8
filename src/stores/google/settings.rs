use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::model::{Reason, SetUpReason};
use crate::stores::settings::{Field, OutageFields, one_of, rsa_key, short_text, yes_no};

pub(super) const LICENSE_KEY: &str = "license_key";
const SKIP_MARKET_VERIFICATION: &str = "skip_market_verification";

/// The field NHN Cloud IAP switches outage mode by, and the one that signed purchases are checked with.
pub const OUTAGE: OutageFields = OutageFields { switch: SKIP_MARKET_VERIFICATION, key: LICENSE_KEY };

/// The fields of a Google Play app.
pub const FIELDS: &[Field] = &[
    Field::plain(LICENSE_KEY, rsa_key),
    Field::plain(SKIP_MARKET_VERIFICATION, yes_no),
    Field::plain("auth_method", |value| one_of(value, &["SERVICE_ACCOUNT", "SUPERVISOR"])),
    Field::secret("service_account", service_account),
    Field::plain("client_id", short_text),
    Field::secret("client_secret", short_text),
    Field::secret("refresh_token", short_text),
    Field::plain("push_audience", short_text),
    Field::plain("push_service_account", short_text),
    Field::plain("push_subscription", short_text),
];

fn service_account(value: &str) -> Option<Reason> {
    let key: Value = serde_json::from_str(value).unwrap_or_default();
    let has = |name: &str| key[name].as_str().is_some_and(|text| !text.is_empty());
    if key["type"] != "service_account" || !has("client_email") || !has("private_key") {
        return Some(SetUpReason::NotAServiceAccount.into());
    }
    let is_pem = key["private_key"].as_str().is_some_and(|text| text.contains("BEGIN PRIVATE KEY"));
    (!is_pem).then(|| SetUpReason::NoPemInside.into())
}

/// What a service account's key file says of where its tokens are.
const TOKEN_URI: &str = "https://oauth2.googleapis.com/token";
/// As whom the simulator's notifications are pushed.
const PUSH_SERVICE_ACCOUNT: &str = "pubsub@simulator.iam.gserviceaccount.com";

/// What a simulated Google Play app signs in with, as the Google Cloud and Play consoles would hand it out, by the names of its
/// fields. Nobody else has the key, so it opens nothing but the simulator, which also signs the app's purchases with it: the
/// licence key is its public half.
pub fn simulated_fields() -> Result<BTreeMap<String, String>> {
    let failed = |_| Error::internal("no randomness for a simulated key");
    let key = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
    let private: Pkcs8V1Der<'_> = key.as_der().map_err(failed)?;
    let public: PublicKeyX509Der<'_> = key.public_key().as_der().map_err(failed)?;
    let id = Uuid::new_v4().simple().to_string();
    let account = json!({
        "type": "service_account",
        "project_id": "simulator",
        "private_key_id": id,
        "private_key": pem(private.as_ref()),
        "client_email": format!("purser-{}@simulator.iam.gserviceaccount.com", &id[..12]),
        "client_id": format!("1{:020}", u64::from_str_radix(&id[..15], 16).unwrap_or_default()),
        "token_uri": TOKEN_URI,
        "universe_domain": "googleapis.com",
    });
    let fields = [
        ("auth_method", "SERVICE_ACCOUNT".to_owned()),
        ("service_account", account.to_string()),
        ("license_key", STANDARD.encode(public.as_ref())),
        ("push_service_account", PUSH_SERVICE_ACCOUNT.to_owned()),
    ];
    Ok(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}
