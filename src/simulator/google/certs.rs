//! The public keys of push tokens, in both forms Google publishes.

use serde_json::Value;

use super::keys::load_keys;
use crate::error::Result;
use crate::simulator::settings::require_on;
use crate::state::AppState;

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
