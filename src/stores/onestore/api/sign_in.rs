use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use serde::Deserialize;
use tokio::time::sleep;

use super::call::MARKET_CODE;
use super::failure::{ApiFailure, ErrorBody};
use crate::model::{Secret, Timestamp};
use crate::stores::StoreApp;
use crate::stores::http::{
    AccessTokens, CredentialName, Issued, Limits, REFUSAL_MILLIS, credential_name, describe, is_access_token, read_body, retry_at,
};

/// ONE store's tokens live for an hour; one that says more is used no longer.
const LIFE_SECONDS_MAX: i64 = 3_600;
/// With less than this left ONE store issues another token, so that is when it is asked for one.
const SPARE_SECONDS: i64 = 600;
const CLIENT_SECRET: &str = "client_secret";

/// ONE store's access tokens: one per host, client and market.
pub struct SignIn {
    tokens: AccessTokens<ApiFailure>,
}

/// Where and how access tokens are asked for.
pub struct TokenEndpoint<'a> {
    pub http: &'a reqwest::Client,
    /// The address of the environment.
    pub base: &'a str,
    pub limits: &'a Limits,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Grant {
    access_token: Option<Secret>,
    expires_in: Option<i64>,
}

impl SignIn {
    pub fn new() -> Self {
        Self { tokens: AccessTokens::new(stands_until) }
    }

    /// An access token of the app that lives for a while yet.
    pub async fn bearer(&self, app: &StoreApp, endpoint: &TokenEndpoint<'_>, now: Timestamp) -> Result<Secret, ApiFailure> {
        let missing = || ApiFailure::credentials(format!("this app's {CLIENT_SECRET} is not set"));
        let secret = app.secrets.get(CLIENT_SECRET).filter(|secret| !secret.reveal().is_empty()).ok_or_else(missing)?;
        self.tokens.bearer(name_of(app, endpoint.base), now, endpoint.issue(app, secret, now)).await
    }

    /// Forgets a token that was refused, unless a newer one stands in its place.
    pub async fn forget(&self, app: &StoreApp, base: &str, refused: &Secret) {
        self.tokens.forget(name_of(app, base), refused).await;
    }
}

fn name_of(app: &StoreApp, base: &str) -> CredentialName {
    let secret = app.secrets.get(CLIENT_SECRET).map(Secret::reveal).unwrap_or_default();
    credential_name([base, app.client_id(), secret, app.market_code()])
}

fn stands_until(failure: &ApiFailure, now: Timestamp) -> Option<Timestamp> {
    match failure {
        ApiFailure::Credentials { .. } => Some(now.plus_millis(REFUSAL_MILLIS)),
        ApiFailure::RateLimited { retry_at } => Some(*retry_at),
        _ => None,
    }
}

impl TokenEndpoint<'_> {
    /// Asks for an access token, again where that may help.
    async fn issue(&self, app: &StoreApp, secret: &Secret, now: Timestamp) -> Result<Issued, ApiFailure> {
        let mut attempt = 1;
        loop {
            match self.issue_once(app, secret, now).await {
                Err(ApiFailure::Unavailable { .. }) if attempt < self.limits.attempts_max => {
                    sleep(self.limits.backoff_after(attempt)).await;
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn issue_once(&self, app: &StoreApp, secret: &Secret, now: Timestamp) -> Result<Issued, ApiFailure> {
        let fields = [("grant_type", "client_credentials"), ("client_id", app.client_id()), (CLIENT_SECRET, secret.reveal())];
        let body = serde_urlencoded::to_string(fields).map_err(ApiFailure::unavailable)?;
        let request = self.http.post(format!("{}/v7/oauth/token", self.base));
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").header(MARKET_CODE, app.market_code());
        let unreachable = |error: &reqwest::Error| {
            ApiFailure::unavailable(format!("ONE store's token endpoint can't be reached: {}", describe(error)))
        };
        let response = request.body(body).send().await.map_err(|error| unreachable(&error))?;
        let (status, retry_at) = (response.status(), retry_at(&response, now));
        let broken = |_| ApiFailure::unavailable("the answer of ONE store's token endpoint broke off");
        let body = read_body(response).await.map_err(broken)?;
        let grant: Grant = serde_json::from_slice(&body).unwrap_or_default();
        match (status, grant.access_token) {
            (StatusCode::OK, Some(token)) if is_access_token(token.reveal()) => {
                let life = grant.expires_in.unwrap_or_default().min(LIFE_SECONDS_MAX) - SPARE_SECONDS;
                Ok(Issued { token, until: now.plus_millis(life.max(0) * Timestamp::SECOND) })
            }
            (StatusCode::TOO_MANY_REQUESTS, _) => Err(ApiFailure::RateLimited { retry_at }),
            (status, _) => Err(refused(status, &body)),
        }
    }
}

/// ONE store does not document what its token call refuses with: a no in its own form, or in OAuth's, is about the credential.
fn refused(status: StatusCode, body: &[u8]) -> ApiFailure {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct OauthError {
        error: String,
        error_description: String,
    }
    let own = ErrorBody::read(body);
    let oauth: OauthError = serde_json::from_slice(body).unwrap_or_default();
    let code = own.code().or(Some(oauth.error.as_str()).filter(|error| !error.is_empty()));
    let message = own.message().unwrap_or(&oauth.error_description);
    match code {
        Some(code) if matches!(status.as_u16(), 400 | 401 | 403) => {
            ApiFailure::credentials(format!("ONE store refuses this app's client id and secret ({code}): {message}"))
        }
        _ if status == StatusCode::UNAUTHORIZED => {
            ApiFailure::credentials("ONE store refuses this app's client id and secret (HTTP 401)")
        }
        _ => ApiFailure::unavailable(format!("ONE store's token endpoint is out of order: HTTP {status}")),
    }
}
