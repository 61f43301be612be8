use std::sync::Arc;

use moka::sync::Cache;
use reqwest::StatusCode;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use super::call::retry_at;
use super::credential::{Credential, fingerprint};
use super::failure::ApiFailure;
use crate::model::{Secret, Timestamp};
use crate::stores::StoreApp;
use crate::stores::http::{Limits, describe, read_body};

/// Google's tokens live for an hour; one that says more is used no longer.
const LIFE_SECONDS_MAX: i64 = 3_600;
/// An access token is used no longer once it has less than this to live.
const SPARE_MILLIS: i64 = 300 * Timestamp::SECOND;
/// Google's tokens live an hour; a shorter life than the spare time is no reason to ask each time.
const LIFE_MILLIS_MIN: i64 = 60 * Timestamp::SECOND;
/// How long a refused credential is not tried again. A changed one is another credential.
const REFUSAL_MILLIS: i64 = 60 * Timestamp::SECOND;
const CREDENTIALS_MAX: u64 = 10_000;

/// The access tokens of all apps, one per credential, each kept in memory until shortly before it ends.
pub struct AccessTokens {
    holders: Cache<[u8; 32], Arc<Holder>>,
}

struct Holder {
    credential: Credential,
    /// Who holds it asks; all others wait for that answer.
    kept: Mutex<Option<Kept>>,
}

enum Kept {
    Issued {
        token: Secret,
        until: Timestamp,
    },
    Refused {
        failure: ApiFailure,
        until: Timestamp,
    },
    /// Nothing to keep, but whoever waited for this answer takes it, and does not ask one after another.
    Failed {
        failure: ApiFailure,
        at: Instant,
    },
}

/// Where and how access tokens are asked for.
pub struct TokenEndpoint<'a> {
    pub http: &'a reqwest::Client,
    pub address: &'a str,
    pub limits: &'a Limits,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Grant {
    access_token: Option<Secret>,
    expires_in: Option<i64>,
    error: Option<String>,
    error_description: Option<String>,
}

impl AccessTokens {
    pub fn new() -> Self {
        Self { holders: Cache::new(CREDENTIALS_MAX) }
    }

    /// An access token of the app that lives for a while yet.
    pub async fn bearer(&self, app: &StoreApp, endpoint: &TokenEndpoint<'_>, now: Timestamp) -> Result<Secret, ApiFailure> {
        let holder = self.holder(app, endpoint.address)?;
        let waits_since = Instant::now();
        let mut kept = holder.kept.lock().await;
        match &*kept {
            Some(Kept::Issued { token, until }) if now < *until => return Ok(token.clone()),
            Some(Kept::Refused { failure, until }) if now < *until => return Err(failure.clone()),
            Some(Kept::Failed { failure, at }) if waits_since <= *at => return Err(failure.clone()),
            _ => {}
        }
        let answer = endpoint.issue(&holder.credential, now).await;
        let (entry, answer) = match answer {
            Ok((token, until)) => (Kept::Issued { token: token.clone(), until }, Ok(token)),
            Err(failure) => {
                let until = match &failure {
                    ApiFailure::Credentials { .. } => Some(now.plus_millis(REFUSAL_MILLIS)),
                    ApiFailure::RateLimited { retry_at } => Some(*retry_at),
                    _ => None,
                };
                let kept = |failure: ApiFailure| match until {
                    Some(until) => Kept::Refused { failure, until },
                    None => Kept::Failed { failure, at: Instant::now() },
                };
                (kept(failure.clone()), Err(failure))
            }
        };
        *kept = Some(entry);
        answer
    }

    /// Forgets a token that was refused, unless a newer one stands in its place.
    pub async fn forget(&self, app: &StoreApp, token_endpoint: &str, refused: &Secret) {
        let Some(holder) = self.holders.get(&fingerprint(app, token_endpoint)) else { return };
        let mut kept = holder.kept.lock().await;
        if matches!(&*kept, Some(Kept::Issued { token, .. }) if token == refused) {
            *kept = None;
        }
    }

    fn holder(&self, app: &StoreApp, token_endpoint: &str) -> Result<Arc<Holder>, ApiFailure> {
        let name = fingerprint(app, token_endpoint);
        let make = || {
            let credential = Credential::of(app).map_err(ApiFailure::credentials)?;
            Ok(Arc::new(Holder { credential, kept: Mutex::new(None) }))
        };
        self.holders.try_get_with(name, make).map_err(|failure: Arc<ApiFailure>| failure.as_ref().clone())
    }
}

/// Whether it can stand in a header as it is.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

impl TokenEndpoint<'_> {
    /// Asks for an access token, again where that may help; gives it with the moment it is used until.
    async fn issue(&self, credential: &Credential, now: Timestamp) -> Result<(Secret, Timestamp), ApiFailure> {
        let mut attempt = 1;
        loop {
            match self.issue_once(credential, now).await {
                Err(ApiFailure::Unavailable { .. }) if attempt < self.limits.attempts_max => {
                    sleep(self.limits.backoff_after(attempt)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn issue_once(&self, credential: &Credential, now: Timestamp) -> Result<(Secret, Timestamp), ApiFailure> {
        let fields = credential.grant(now.0.div_euclid(Timestamp::SECOND));
        let fields = fields.ok_or_else(|| ApiFailure::unavailable("no randomness to sign with"))?;
        let body = serde_urlencoded::to_string(fields).map_err(ApiFailure::unavailable)?;
        let request = self.http.post(self.address).header("content-type", "application/x-www-form-urlencoded").body(body);
        let unreachable = |error: &reqwest::Error| {
            ApiFailure::unavailable(format!("Google's token endpoint can't be reached: {}", describe(error)))
        };
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let (status, retry_at) = (response.status(), retry_at(&response, now));
        let broken = |_| ApiFailure::unavailable("the answer of Google's token endpoint broke off");
        let grant: Grant = serde_json::from_slice(&read_body(response).await.map_err(broken)?).unwrap_or_default();
        match (status, grant.access_token) {
            (StatusCode::OK, Some(token)) if is_token(token.reveal()) => {
                let life = grant.expires_in.unwrap_or_default().clamp(0, LIFE_SECONDS_MAX) * Timestamp::SECOND;
                Ok((token, now.plus_millis(life.saturating_sub(SPARE_MILLIS).max(LIFE_MILLIS_MIN))))
            }
            (StatusCode::TOO_MANY_REQUESTS, _) => Err(ApiFailure::RateLimited { retry_at }),
            (status, _) if status.is_client_error() && grant.error.is_some() => {
                let (error, description) = (grant.error.unwrap_or_default(), grant.error_description.unwrap_or_default());
                Err(ApiFailure::credentials(format!("Google refuses this app's credential ({error}): {description}")))
            }
            (status, _) => Err(ApiFailure::unavailable(format!("Google's token endpoint is out of order: HTTP {status}"))),
        }
    }
}
