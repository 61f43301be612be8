//! Sign-in: ONE store's token endpoint, and what a token opens.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};
use uuid::Uuid;

use super::calls::{TOKEN_PATH, check_faults};
use super::failure::{ApiFailure, ApiResult};
use crate::db;
use crate::error::Result;
use crate::model::{Environment, StoreCode, Timestamp};
use crate::projects::to_store_app;
use crate::simulator::query::Query;
use crate::simulator::{clock, settings};
use crate::state::AppState;
use crate::stores::StoreApp;

const MARKET_DEFAULT: &str = "MKT_ONE";
/// A token lives an hour, and whoever asks is given the running one until ten minutes before its end.
const LIFE_MILLIS: i64 = 3_600 * Timestamp::SECOND;
const ISSUED_MILLIS: i64 = 3_000 * Timestamp::SECOND;

/// Whom a token let in to an app.
pub(super) struct Admitted {
    /// The SIMULATOR apps of the client id.
    pub apps: Vec<StoreApp>,
    pub market: String,
    /// What the simulated clock shows.
    pub now: Timestamp,
}

/// The token endpoint. The real clock counts, for clients have no other.
pub async fn grant_token(state: &AppState, market: Option<&str>, form: &[u8]) -> ApiResult {
    settings::require_on(state)?;
    check_faults(state, TOKEN_PATH).await?;
    let form = Query::parse(std::str::from_utf8(form).unwrap_or_default());
    if form.first("grant_type") != Some("client_credentials") {
        return Err(ApiFailure::invalid("grant_type"));
    }
    let client = form.first("client_id").unwrap_or_default();
    let secret = form.first("client_secret").filter(|secret| !secret.is_empty());
    let apps = apps_of_client(state, client).await?;
    let known =
        apps.iter().find(|app| secret.is_some() && secret_of(app) == secret).ok_or_else(|| ApiFailure::of("InvalidClient"))?;
    let now = state.clock.now();
    let window = window_of(now);
    let expires_in = (window.0 + LIFE_MILLIS - now.0) / Timestamp::SECOND;
    let token = token_of(known, market.unwrap_or(MARKET_DEFAULT), window);
    Ok(
        json!({ "client_id": client, "access_token": token, "token_type": "bearer", "expires_in": expires_in, "scope": "DEFAULT" }),
    )
}

/// Checks the token of a call about an app.
pub(super) async fn admit(
    state: &AppState,
    client: &str,
    market: Option<&str>,
    authorization: Option<&str>,
) -> ApiResult<Admitted> {
    settings::require_on(state)?;
    let bearer = authorization.and_then(|text| text.strip_prefix("Bearer "));
    let bearer = bearer.ok_or_else(|| ApiFailure::of("InvalidAuthorizationHeader"))?;
    let apps = apps_of_client(state, client).await?;
    if apps.is_empty() {
        return Err(ApiFailure::of("ResourceNotFound"));
    }
    let (market, real) = (market.unwrap_or(MARKET_DEFAULT), state.clock.now());
    let is_of = |window: Timestamp| apps.iter().any(|app| token_of(app, market, window) == bearer);
    let present = window_of(real);
    let before = present.plus_millis(-ISSUED_MILLIS);
    let lives = real.0 < before.0 + LIFE_MILLIS;
    match () {
        () if is_of(present) || is_of(before) && lives => {
            Ok(Admitted { apps, market: market.to_owned(), now: clock::now(state).await? })
        }
        () if is_of(before) || is_of(before.plus_millis(-ISSUED_MILLIS)) => Err(ApiFailure::of("AccessTokenExpired")),
        () => Err(ApiFailure::of("InvalidAccessToken")),
    }
}

impl Admitted {
    /// Whether an app of the client, published in the market that is asked, has this id in the store.
    pub(super) fn has(&self, store_app_id: &str) -> bool {
        let market = |app: &StoreApp| app.settings.get("market_code").cloned().unwrap_or_else(|| MARKET_DEFAULT.to_owned());
        self.apps.iter().any(|app| app.store_app_id == store_app_id && market(app) == self.market)
    }
}

fn window_of(now: Timestamp) -> Timestamp {
    Timestamp(now.0.div_euclid(ISSUED_MILLIS) * ISSUED_MILLIS)
}

/// The token of a client and market that was issued from a moment on: the same in every process, and nobody's without the secret.
fn token_of(app: &StoreApp, market: &str, window: Timestamp) -> String {
    let text = format!("{}\n{}\n{market}\n{}", secret_of(app).unwrap_or_default(), client_of(app), window.0);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest(&SHA256, text.as_bytes()).as_ref()[..16]);
    Uuid::from_bytes(bytes).to_string()
}

fn secret_of(app: &StoreApp) -> Option<&str> {
    app.secrets.get("client_secret").map(|secret| secret.reveal())
}

/// The client id of an app, as the adapter has it.
pub(super) fn client_of(app: &StoreApp) -> &str {
    let setting = |name: &str| app.settings.get(name).map(String::as_str).filter(|value| !value.is_empty());
    setting("client_id").or_else(|| setting("package_name")).unwrap_or(&app.store_app_id)
}

/// Every SIMULATOR app of ONE store with a client id.
async fn apps_of_client(state: &AppState, client: &str) -> Result<Vec<StoreApp>> {
    let mut tx = state.db.read().await?;
    let mut found = Vec::new();
    for project in db::apps::list_simulating(&mut tx, StoreCode::OneStore).await? {
        found.extend(db::apps::list_of_store(&mut tx, &project, StoreCode::OneStore).await?);
    }
    drop(tx);
    let simulated = found.into_iter().filter(|stored| stored.app.environment == Environment::Simulator);
    let apps: Vec<StoreApp> = simulated.map(|stored| to_store_app(state, stored)).collect::<Result<_>>()?;
    Ok(apps.into_iter().filter(|app| client_of(app) == client).collect())
}

/// A SIMULATOR app by its id in the store.
pub(super) async fn find_app(state: &AppState, store_app_id: &str) -> Result<Option<StoreApp>> {
    let found = db::apps::list_by_store_app(&mut state.db.read().await?, StoreCode::OneStore, store_app_id).await?;
    let simulated = found.into_iter().find(|(_, stored)| stored.app.environment == Environment::Simulator);
    simulated.map(|(_, stored)| to_store_app(state, stored)).transpose()
}

/// An answer of a call that has nothing to say but that it was done.
pub(super) fn success() -> Value {
    json!({ "result": { "code": "Success", "message": "Request has been completed successfully." } })
}
