use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use moka::sync::Cache;
use reqwest::StatusCode;
use reqwest::header::CACHE_CONTROL;
use serde::Deserialize;
use tokio::sync::Mutex;

use crate::model::Timestamp;
use crate::stores::http::{describe, read_body};

/// Google's set and the simulator's.
const SETS_MAX: u64 = 16;
/// Google has two or three at a time.
const KEYS_MAX: usize = 32;
/// A key nobody knows makes us ask again, at most so often.
const REFETCH_MILLIS: i64 = Timestamp::MINUTE;
const LIFE_MILLIS_DEFAULT: i64 = Timestamp::HOUR;
const LIFE_MILLIS_MAX: i64 = Timestamp::DAY;

/// The public keys that sign push tokens, kept as long as their issuer says.
pub struct PushKeys {
    sets: Cache<String, Arc<Mutex<KeySet>>>,
}

/// One key's numbers.
#[derive(Clone)]
pub struct PushKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

#[derive(Default)]
struct KeySet {
    keys: HashMap<String, PushKey>,
    asked_at: Option<Timestamp>,
    fresh_until: Option<Timestamp>,
}

#[derive(Deserialize)]
struct JwkSet {
    keys: Vec<Jwk>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Jwk {
    kid: String,
    kty: String,
    n: String,
    e: String,
}

impl PushKey {
    /// Whether it signed a text with RS256.
    pub fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        let key = RsaPublicKeyComponents { n: &self.modulus, e: &self.exponent };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, text.as_bytes(), signature).is_ok()
    }
}

impl PushKeys {
    pub fn new() -> Self {
        Self { sets: Cache::new(SETS_MAX) }
    }

    /// The key of an id; none when the issuer has none of that id. The error says why the issuer could not be asked.
    pub async fn find(
        &self,
        http: &reqwest::Client,
        address: &str,
        key_id: &str,
        now: Timestamp,
    ) -> Result<Option<PushKey>, String> {
        let set = self.sets.get_with(address.to_owned(), || Arc::new(Mutex::new(KeySet::default())));
        let mut set = set.lock().await;
        let is_fresh = set.fresh_until.is_some_and(|until| now < until);
        let was_asked = set.asked_at.is_some_and(|asked_at| (0..REFETCH_MILLIS).contains(&(now.0 - asked_at.0)));
        let has_key = set.keys.contains_key(key_id);
        if !(is_fresh && has_key || was_asked) {
            set.asked_at = Some(now);
            let (keys, life_millis) = fetch(http, address).await?;
            (set.keys, set.fresh_until) = (keys, Some(now.plus_millis(life_millis)));
        }
        Ok(set.keys.get(key_id).cloned())
    }
}

/// The keys an issuer has now, and how long they may be kept.
async fn fetch(http: &reqwest::Client, address: &str) -> Result<(HashMap<String, PushKey>, i64), String> {
    let response =
        http.get(address).send().await.map_err(|error| format!("its issuer's keys can't be had: {}", describe(&error)))?;
    let status = response.status();
    let cache_control = response.headers().get(CACHE_CONTROL).and_then(|value| value.to_str().ok());
    let life_millis = cache_control.and_then(max_age_millis).unwrap_or(LIFE_MILLIS_DEFAULT).clamp(0, LIFE_MILLIS_MAX);
    let body = read_body(response).await.map_err(|_| "its issuer's keys broke off".to_owned())?;
    if status != StatusCode::OK {
        return Err(format!("its issuer's keys can't be had: HTTP {status}"));
    }
    let set: JwkSet = serde_json::from_slice(&body).map_err(|_| "its issuer's keys are no JWK set".to_owned())?;
    let keys = set.keys.into_iter().take(KEYS_MAX).filter_map(read_key);
    Ok((keys.collect(), life_millis))
}

fn read_key(jwk: Jwk) -> Option<(String, PushKey)> {
    // Leading zeros are no part of a number, and the library refuses them.
    let number = |text: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
        Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect::<Vec<u8>>())
    };
    let is_rsa = jwk.kty == "RSA" && !jwk.kid.is_empty();
    let key = PushKey { modulus: number(&jwk.n)?, exponent: number(&jwk.e)? };
    is_rsa.then_some((jwk.kid, key))
}

fn max_age_millis(cache_control: &str) -> Option<i64> {
    let seconds = cache_control.split(',').find_map(|part| part.trim().strip_prefix("max-age="))?;
    seconds.parse::<i64>().ok()?.checked_mul(Timestamp::SECOND)
}
