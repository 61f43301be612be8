use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use moka::sync::Cache;
use serde_json::json;

use super::failure::ApiFailure;
use crate::model::Timestamp;
use crate::stores::StoreApp;
use crate::stores::apple::key::{CONNECT_KEY, KeyFields, PURCHASE_KEY, SigningKey};

/// Seconds a token lives; Apple allows an hour, its own libraries take five minutes.
const LIFE_SECONDS: i64 = 300;
/// A token is used no longer once it has less than this to live.
const SPARE_SECONDS: i64 = 60;
const KEYS_MAX: u64 = 10_000;

type Name = [u8; 32];

/// The tokens that open the APIs, one per app and key, each kept until shortly before it ends.
pub struct Tokens {
    keys: Cache<Name, Arc<Holder>>,
}

impl Default for Tokens {
    fn default() -> Self {
        Self { keys: Cache::new(KEYS_MAX) }
    }
}

struct Holder {
    key: SigningKey,
    /// The App Store Server API's tokens name the app; those of App Store Connect are the team's.
    names_app: bool,
    token: Mutex<Option<Issued>>,
}

struct Issued {
    text: String,
    at_seconds: i64,
}

impl Tokens {
    /// A token for the App Store Server API that lives for a while yet.
    pub fn bearer(&self, app: &StoreApp, now: Timestamp) -> Result<String, ApiFailure> {
        self.issue(app, &PURCHASE_KEY, true, now)
    }

    /// A token for the App Store Connect API that lives for a while yet.
    pub fn connect_bearer(&self, app: &StoreApp, now: Timestamp) -> Result<String, ApiFailure> {
        self.issue(app, &CONNECT_KEY, false, now)
    }

    fn issue(&self, app: &StoreApp, fields: &KeyFields, names_app: bool, now: Timestamp) -> Result<String, ApiFailure> {
        let [issuer_id, key_id, private_key] = fields.values(app);
        let name = name([if names_app { &app.store_app_id } else { "" }, issuer_id, key_id, private_key]);
        let holder = match self.keys.get(&name) {
            Some(holder) => holder,
            None => {
                let key = SigningKey::read(app, fields).map_err(ApiFailure::credentials)?;
                let holder = Arc::new(Holder { key, names_app, token: Mutex::new(None) });
                self.keys.insert(name, holder.clone());
                holder
            }
        };
        holder.token(now.0.div_euclid(Timestamp::SECOND))
    }
}

impl Holder {
    fn token(&self, now: i64) -> Result<String, ApiFailure> {
        let mut kept = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(issued) = kept.as_ref()
            && (issued.at_seconds..issued.at_seconds + LIFE_SECONDS - SPARE_SECONDS).contains(&now)
        {
            return Ok(issued.text.clone());
        }
        let mut claims = json!({ "iss": self.key.issuer_id, "iat": now, "exp": now + LIFE_SECONDS, "aud": "appstoreconnect-v1" });
        if self.names_app {
            claims["bid"] = self.key.bundle_id.as_str().into();
        }
        let text = self.key.sign_jws(&claims).ok_or_else(|| ApiFailure::unavailable("no randomness to sign with"))?;
        *kept = Some(Issued { text: text.clone(), at_seconds: now });
        Ok(text)
    }
}

/// Names all that goes into a token; the private key itself is not kept.
fn name(parts: [&str; 4]) -> Name {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut name = Name::default();
    name.copy_from_slice(context.finish().as_ref());
    name
}
