//! Sign-in: Google's token endpoint, and what a token opens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::accounts::{all_apps, apps_of_package, names_of, service_account};
use super::failure::{ApiFailure, ApiResult};
use super::limits::{TOKEN_PATH, check_faults};
use crate::error::Error;
use crate::model::{ProjectId, Timestamp};
use crate::simulator::query::Query;
use crate::simulator::reach::own_address;
use crate::simulator::{clock, settings};
use crate::state::AppState;
use crate::stores::StoreApp;

const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";
/// Google's constant, which both official libraries send whatever the key file says.
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const PREFIX: &str = "ya29.";
/// What tokens are sealed for.
const OWNER: &str = "simulator_google_token";
const LIFE_SECONDS: i64 = 3_599;
const ASSERTION_SECONDS_MAX: i64 = 3_600;
const SKEW_SECONDS: i64 = 300;
const TOKEN_BYTES_MAX: usize = 8_192;

/// What a token says, sealed.
#[derive(Debug, Serialize, Deserialize)]
struct AccessToken {
    /// The service account or OAuth client it was given to.
    by: String,
    /// By the real clock.
    expires_at: Timestamp,
}

/// Whom a token let in to an app.
pub struct Admitted {
    pub package: String,
    /// The projects that simulate the app, the first one's catalog being Google's.
    pub(super) apps: Vec<(ProjectId, StoreApp)>,
    /// What the simulated clock shows.
    pub now: Timestamp,
}

/// The token endpoint: a service account's assertion or a refresh token for an access token. The real clock counts, for clients
/// have no other.
pub async fn grant_token(state: &AppState, form: &[u8]) -> ApiResult {
    settings::require_on(state)?;
    check_faults(state, TOKEN_PATH).await?;
    let form = Query::parse(std::str::from_utf8(form).unwrap_or_default());
    let by = match form.first("grant_type") {
        Some(JWT_BEARER) => by_assertion(state, form.first("assertion").unwrap_or_default()).await?,
        Some("refresh_token") => by_refresh_token(state, &form).await?,
        _ => return Err(ApiFailure::grant("unsupported_grant_type", "Invalid grant_type")),
    };
    let expires_at = state.clock.now().plus_millis(LIFE_SECONDS * Timestamp::SECOND);
    let text = serde_json::to_vec(&AccessToken { by, expires_at }).map_err(Error::internal)?;
    let sealed = URL_SAFE_NO_PAD.encode(state.keys.sealer.seal(OWNER, &text)?);
    Ok(json!({ "access_token": format!("{PREFIX}{sealed}"), "expires_in": LIFE_SECONDS, "token_type": "Bearer" }))
}

async fn by_assertion(state: &AppState, assertion: &str) -> ApiResult<String> {
    const BAD: ApiFailure = ApiFailure::grant("invalid_grant", "Bad Request");
    let (signed, signature) = assertion.rsplit_once('.').filter(|_| assertion.len() <= TOKEN_BYTES_MAX).ok_or(BAD)?;
    let (header, claims) = signed.split_once('.').ok_or(BAD)?;
    let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let (header, claims) = (read(header).ok_or(BAD)?, read(claims).ok_or(BAD)?);
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| BAD)?;
    check_claims(state, &header, &claims)?;
    let issuer = claims["iss"].as_str().unwrap_or_default();
    let accounts: Vec<_> = all_apps(state).await?.iter().filter_map(service_account).collect();
    let mut named = accounts.iter().filter(|account| account.email == issuer).peekable();
    if named.peek().is_none() {
        return Err(ApiFailure::grant("invalid_grant", "Invalid grant: account not found"));
    }
    match named.any(|account| account.key.has_signed(signed, &signature)) {
        true => Ok(issuer.to_owned()),
        false => Err(ApiFailure::grant("invalid_grant", "Invalid JWT Signature.")),
    }
}

fn check_claims(state: &AppState, header: &Value, claims: &Value) -> ApiResult<()> {
    if header["alg"] != "RS256" {
        return Err(ApiFailure::grant("invalid_grant", "Invalid JWT: the algorithm must be RS256."));
    }
    let own = own_address(state).map(|own| format!("{own}{TOKEN_PATH}"));
    let audience = claims["aud"].as_str().unwrap_or_default();
    if audience != AUDIENCE && Some(audience) != own.as_deref() {
        return Err(ApiFailure::grant("invalid_grant", "Invalid JWT: failed audience check."));
    }
    let now = state.clock.now().0.div_euclid(Timestamp::SECOND);
    let (issued, expires) = (claims["iat"].as_i64().unwrap_or_default(), claims["exp"].as_i64().unwrap_or_default());
    let is_short = (1..=ASSERTION_SECONDS_MAX).contains(&expires.saturating_sub(issued));
    if !is_short || issued > now + SKEW_SECONDS || expires < now - SKEW_SECONDS {
        let words = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp \
                     values in the JWT claim.";
        return Err(ApiFailure::grant("invalid_grant", words));
    }
    if !claims["scope"].as_str().unwrap_or_default().split(' ').any(|scope| scope == SCOPE) {
        return Err(ApiFailure::grant("invalid_scope", "Invalid OAuth scope or ID token audience provided."));
    }
    Ok(())
}

async fn by_refresh_token(state: &AppState, form: &Query) -> ApiResult<String> {
    let asked = |name: &str| form.first(name).unwrap_or_default().to_owned();
    let (client, secret, token) = (asked("client_id"), asked("client_secret"), asked("refresh_token"));
    let apps = all_apps(state).await?;
    let is_secret = |app: &StoreApp, name: &str, value: &str| {
        app.secrets.get(name).is_some_and(|kept| !value.is_empty() && kept.reveal() == value)
    };
    let mut of_client = apps.iter().filter(|app| app.settings.get("client_id") == Some(&client)).peekable();
    if of_client.peek().is_none() {
        return Err(ApiFailure::client("invalid_client", "The OAuth client was not found."));
    }
    let known: Vec<&StoreApp> = of_client.filter(|app| is_secret(app, "client_secret", &secret)).collect();
    if known.is_empty() {
        return Err(ApiFailure::client("invalid_client", "The provided client secret is invalid."));
    }
    match known.iter().any(|app| is_secret(app, "refresh_token", &token)) {
        true => Ok(client),
        false => Err(ApiFailure::grant("invalid_grant", "Token has been expired or revoked.")),
    }
}

/// Checks the token of a call about an app: given to credentials that one of its SIMULATOR apps has, and not too long ago.
pub async fn admit(state: &AppState, package: &str, authorization: Option<&str>) -> ApiResult<Admitted> {
    settings::require_on(state)?;
    let bearer = authorization.and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(ApiFailure::unauthenticated)?;
    let token = open(state, bearer.trim()).ok_or_else(ApiFailure::unauthenticated)?;
    let apps = apps_of_package(state, package).await?;
    if apps.is_empty() {
        return Err(ApiFailure::application_not_found(package));
    }
    if !apps.iter().any(|(_, app)| names_of(app).any(|name| name == token.by)) {
        return Err(ApiFailure::permission_denied());
    }
    Ok(Admitted { package: package.to_owned(), apps, now: clock::now(state).await? })
}

fn open(state: &AppState, text: &str) -> Option<AccessToken> {
    let sealed = text.strip_prefix(PREFIX).filter(|sealed| sealed.len() <= TOKEN_BYTES_MAX)?;
    let sealed = String::from_utf8(URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()?;
    let token: AccessToken = serde_json::from_slice(&state.keys.sealer.open(OWNER, &sealed).ok()?).ok()?;
    (token.expires_at > state.clock.now()).then_some(token)
}
