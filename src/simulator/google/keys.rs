//! The keys Google signs its push tokens with: the newest signs, the ones before are still published.

use std::sync::{Arc, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PKCS_RSA_SHA256};
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};

use super::rsa_key::RsaKey;
use crate::db;
use crate::error::{Error, Result};
use crate::model::Timestamp;
use crate::simulator::settings::require_on;
use crate::state::AppState;

/// The name the sealed keys are kept under.
const INSTANCE_NAME: &str = "simulator_google_keys";
/// So many are published.
const KEYS_MAX: usize = 2;
const KEY_ID_BYTES: usize = 20;
const VALID_BEFORE: Duration = Duration::days(1);
const VALID_AFTER: Duration = Duration::days(30 * 365);

/// The keys of the simulated Google, the newest first.
pub struct GoogleKeys {
    keys: Vec<RsaKey>,
}

/// What a process keeps of them: what was sealed, opened.
pub type KeptKeys = Option<(String, Arc<GoogleKeys>)>;

impl GoogleKeys {
    fn open(state: &AppState, sealed: &str) -> Result<Self> {
        let text = state.keys.sealer.open(INSTANCE_NAME, sealed)?;
        let kept: Vec<String> = serde_json::from_slice(&text).map_err(Error::internal)?;
        let read = |text: &String| RsaKey::from_pkcs8(&STANDARD.decode(text).map_err(Error::internal)?);
        let keys: Vec<RsaKey> = kept.iter().map(read).collect::<Result<_>>()?;
        Ok(Self { keys })
    }

    fn seal(&self, state: &AppState) -> Result<String> {
        let kept: Vec<String> = self.keys.iter().map(|key| STANDARD.encode(key.pkcs8())).collect();
        state.keys.sealer.seal(INSTANCE_NAME, &serde_json::to_vec(&kept).map_err(Error::internal)?)
    }

    /// The key that signs at present.
    pub(super) fn signer(&self) -> Result<&RsaKey> {
        self.keys.first().ok_or_else(|| Error::internal("the simulated Google has no key"))
    }

    /// The JWK set of `oauth2/v3/certs`.
    pub(super) fn jwk_set(&self) -> Result<Value> {
        let key = |key: &RsaKey| {
            let (modulus, exponent) = key.jwk_numbers();
            Ok(json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id(key)?, "n": modulus, "e": exponent }))
        };
        Ok(json!({ "keys": self.keys.iter().map(key).collect::<Result<Vec<Value>>>()? }))
    }

    /// The certificates of `oauth2/v1/certs`, by their keys' ids.
    pub(super) fn certificates(&self, now: Timestamp) -> Result<Value> {
        let mut certificates = Map::new();
        for key in &self.keys {
            certificates.insert(key_id(key)?, certificate(key, now)?.into());
        }
        Ok(certificates.into())
    }
}

/// The id of a key: always the same for the same key.
pub(super) fn key_id(key: &RsaKey) -> Result<String> {
    let hash = digest(&SHA256, &key.public_der()?);
    Ok(hash.as_ref().iter().take(KEY_ID_BYTES).map(|byte| format!("{byte:02x}")).collect())
}

/// The keys: made when they are first asked for, kept sealed, the same for every process.
pub(super) async fn load_keys(state: &AppState) -> Result<Arc<GoogleKeys>> {
    let found = db::instance::find(&mut state.db.read().await?, INSTANCE_NAME).await?;
    let sealed = match found {
        Some(sealed) => sealed,
        None => {
            let made = GoogleKeys { keys: vec![RsaKey::generate()?] }.seal(state)?;
            db::instance::get_or_insert(&state.db, INSTANCE_NAME, &made, state.clock.now()).await?
        }
    };
    let mut kept = state.runtime.google_keys.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, keys)) = kept.as_ref().filter(|(of, _)| *of == sealed) {
        return Ok(keys.clone());
    }
    let keys = Arc::new(GoogleKeys::open(state, &sealed)?);
    *kept = Some((sealed, keys.clone()));
    Ok(keys)
}

/// Makes a new key, which signs from now on; the one before stays published, as Google does it every few days.
pub async fn rotate_keys(state: &AppState) -> Result<()> {
    require_on(state)?;
    let before = load_keys(state).await?;
    let mut keys = vec![RsaKey::generate()?];
    for key in before.keys.iter().take(KEYS_MAX - 1) {
        keys.push(RsaKey::from_pkcs8(key.pkcs8())?);
    }
    let sealed = GoogleKeys { keys }.seal(state)?;
    let at = state.clock.now();
    state.db.write(async |tx| db::instance::set(tx, INSTANCE_NAME, &sealed, at).await).await
}

fn certificate(key: &RsaKey, now: Timestamp) -> Result<String> {
    let pair = KeyPair::from_pkcs8_der_and_sign_algo(&key.pkcs8().into(), &PKCS_RSA_SHA256).map_err(Error::internal)?;
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, "federated-signon.simulator");
    params.distinguished_name = name;
    let now = OffsetDateTime::from_unix_timestamp(now.0 / Timestamp::SECOND).map_err(Error::internal)?;
    params.not_before = now - VALID_BEFORE;
    params.not_after = now + VALID_AFTER;
    Ok(params.self_signed(&pair).map_err(Error::internal)?.pem())
}

/// How long they may be kept.
pub const CERTS_MAX_AGE_SECONDS: u32 = 300;

/// `oauth2/v3/certs`: a JWK set.
pub async fn jwk_set(state: &AppState) -> Result<Value> {
    require_on(state)?;
    load_keys(state).await?.jwk_set()
}

/// `oauth2/v1/certs`: certificates by key id.
pub async fn certificates(state: &AppState) -> Result<Value> {
    require_on(state)?;
    load_keys(state).await?.certificates(state.clock.now())
}
