use reqwest::StatusCode;
use serde::Deserialize;
use tokio::time::sleep;

use super::credential::{Credential, fingerprint};
use super::failure::ApiFailure;
use crate::model::{Secret, Timestamp};
use crate::stores::StoreApp;
use crate::stores::http::{AccessTokens, Issued, Limits, REFUSAL_MILLIS, describe, is_access_token, read_body, retry_at};

/// Google's tokens live for an hour; one that says more is used no longer.
const LIFE_SECONDS_MAX: i64 = 3_600;
/// An access token is used no longer once it has less than this to live.
const SPARE_MILLIS: i64 = 300 * Timestamp::SECOND;
/// Google's tokens live an hour; a shorter life than the spare time is no reason to ask each time.
const LIFE_MILLIS_MIN: i64 = 60 * Timestamp::SECOND;

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

/// Google's access tokens.
pub struct SignIn {
    tokens: AccessTokens<ApiFailure>,
}

impl SignIn {
    pub fn new() -> Self {
        Self { tokens: AccessTokens::new(stands_until) }
    }

    /// An access token of the app that lives for a while yet.
    pub async fn bearer(&self, app: &StoreApp, endpoint: &TokenEndpoint<'_>, now: Timestamp) -> Result<Secret, ApiFailure> {
        let issue = async {
            let credential = Credential::of(app).map_err(ApiFailure::credentials)?;
            endpoint.issue(&credential, now).await
        };
        self.tokens.bearer(fingerprint(app, endpoint.address), now, issue).await
    }

    /// Forgets a token that was refused, unless a newer one stands in its place.
    pub async fn forget(&self, app: &StoreApp, token_endpoint: &str, refused: &Secret) {
        self.tokens.forget(fingerprint(app, token_endpoint), refused).await;
    }
}

fn stands_until(failure: &ApiFailure, now: Timestamp) -> Option<Timestamp> {
    match failure {
        ApiFailure::Credentials { .. } => Some(now.plus_millis(REFUSAL_MILLIS)),
        ApiFailure::RateLimited { retry_at } => Some(*retry_at),
        _ => None,
    }
}

impl TokenEndpoint<'_> {
    /// Asks for an access token, again where that may help; gives it with the moment it is used until.
    async fn issue(&self, credential: &Credential, now: Timestamp) -> Result<Issued, ApiFailure> {
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

    async fn issue_once(&self, credential: &Credential, now: Timestamp) -> Result<Issued, ApiFailure> {
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
            (StatusCode::OK, Some(token)) if is_access_token(token.reveal()) => {
                let life = grant.expires_in.unwrap_or_default().clamp(0, LIFE_SECONDS_MAX) * Timestamp::SECOND;
                Ok(Issued { token, until: now.plus_millis(life.saturating_sub(SPARE_MILLIS).max(LIFE_MILLIS_MIN)) })
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
