//! Who may call the simulated App Store Server API: whoever holds an app's key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::failure::{ApiFailure, ApiResult};
use crate::db;
use crate::db::apps::StoredApp;
use crate::db::simulator::AppScope;
use crate::error::Result;
use crate::model::{Environment, StoreCode, StoreEnvironment, Timestamp};
use crate::projects::to_store_app;
use crate::simulator::{clock, settings};
use crate::state::AppState;
use crate::stores::StoreApp;
use crate::stores::apple::{CONNECT_KEY, KeyFields, PURCHASE_KEY, SigningKey};

const AUDIENCE: &str = "appstoreconnect-v1";
/// A token may live an hour; a little more for clocks that differ.
const LIFE_SECONDS_MAX: i64 = 3_600 + 60;
const TOKEN_BYTES_MAX: usize = 8_192;

/// Whom a token let in: the app it is for, and in which environment it asks.
#[derive(Debug, Clone)]
pub struct Admitted {
    pub environment: StoreEnvironment,
    pub bundle_id: String,
    /// What the simulated clock shows.
    pub now: Timestamp,
}

impl Admitted {
    pub(super) fn app(&self) -> AppScope<'_> {
        AppScope { store: StoreCode::AppStore, environment: self.environment, store_app_id: &self.bundle_id }
    }
}

/// A token's parts, none of it checked.
struct Token<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    key_id: String,
    issuer_id: String,
    /// Tokens for App Store Connect name no app.
    bundle_id: Option<String>,
}

/// Checks the token of a call (docs/stores/apple.md, App Store Server API: sign-in): signed by the key that a SIMULATOR app of
/// its bundle id has, for this API, and not for longer than an hour. The real clock counts, for clients have no other.
pub async fn admit(state: &AppState, environment: StoreEnvironment, authorization: Option<&str>) -> ApiResult<Admitted> {
    settings::require_on(state)?;
    let bearer = authorization.and_then(|text| text.strip_prefix("Bearer ")).ok_or(ApiFailure::Unauthorized)?;
    let token = read(bearer.trim(), state.clock.now()).ok_or(ApiFailure::Unauthorized)?;
    let bundle_id = token.bundle_id.clone().ok_or(ApiFailure::Unauthorized)?;
    let apps = db::apps::list_by_store_app(&mut state.db.read().await?, StoreCode::AppStore, &bundle_id).await?;
    let apps = apps.into_iter().map(|(_, stored)| stored).collect();
    if signers_of(state, apps, &PURCHASE_KEY, &token)?.is_empty() {
        return Err(ApiFailure::Unauthorized);
    }
    let now = clock::now(state).await?;
    Ok(Admitted { environment, bundle_id, now })
}

/// Checks the token of a call of App Store Connect: signed by the API key of SIMULATOR apps, which it gives.
pub(super) async fn admit_to_connect(state: &AppState, authorization: Option<&str>) -> ApiResult<Vec<StoreApp>> {
    settings::require_on(state)?;
    let bearer = authorization.and_then(|text| text.strip_prefix("Bearer ")).ok_or(ApiFailure::Unauthorized)?;
    let token = read(bearer.trim(), state.clock.now()).ok_or(ApiFailure::Unauthorized)?;
    let mut apps = Vec::new();
    {
        let mut tx = state.db.read().await?;
        for project in db::apps::list_simulating(&mut tx, StoreCode::AppStore).await? {
            apps.extend(db::apps::list_of_store(&mut tx, &project, StoreCode::AppStore).await?);
        }
    }
    let signers = signers_of(state, apps, &CONNECT_KEY, &token)?;
    if signers.is_empty() { Err(ApiFailure::Unauthorized) } else { Ok(signers) }
}

/// The SIMULATOR apps whose key signed a token.
fn signers_of(state: &AppState, apps: Vec<StoredApp>, fields: &KeyFields, token: &Token<'_>) -> Result<Vec<StoreApp>> {
    let mut signers = Vec::new();
    for stored in apps.into_iter().filter(|stored| stored.app.environment == Environment::Simulator) {
        let app = to_store_app(state, stored)?;
        let Ok(key) = SigningKey::read(&app, fields) else { continue };
        let is_named = key.key_id == token.key_id && key.issuer_id == token.issuer_id;
        if is_named && key.has_signed(token.signed, &token.signature) {
            signers.push(app);
        }
    }
    Ok(signers)
}

fn read(text: &str, now: Timestamp) -> Option<Token<'_>> {
    if text.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header: Value = serde_json::from_slice(&decode(header)?).ok()?;
    let claims: Value = serde_json::from_slice(&decode(claims)?).ok()?;
    let is_typed = header["typ"].is_null() || header["typ"] == "JWT";
    if header["alg"] != "ES256" || !is_typed || claims["aud"] != AUDIENCE {
        return None;
    }
    let seconds = now.0.div_euclid(Timestamp::SECOND);
    let left = claims["exp"].as_i64()?.checked_sub(seconds)?;
    let is_begun = claims["nbf"].as_i64().is_none_or(|start| start <= seconds);
    if !(1..=LIFE_SECONDS_MAX).contains(&left) || !is_begun {
        return None;
    }
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Some(Token {
        signed,
        signature: decode(signature)?,
        key_id: text(&header["kid"])?,
        issuer_id: text(&claims["iss"])?,
        bundle_id: text(&claims["bid"]),
    })
}
