use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT, CONTENT_LENGTH};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use url::Url;

use super::failure::{ApiFailure, ErrorBody};
use crate::model::{Environment, Timestamp};
use crate::stores::StoreApp;
use crate::stores::http::{self, BodyFault, describe, read_body, retry_at, said_at};

/// No id of Google's is longer; proofs are held to the same length.
const SEGMENT_BYTES_MAX: usize = 1_000;
/// What stands in a path as it is; a token's colon would be taken for a verb's.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Google's words for a limit that was reached.
const QUOTA_REASONS: [&str; 5] =
    ["rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded", "quotaExceeded", "RESOURCE_EXHAUSTED"];
/// Google's words for a token that is malformed, or of another package or product.
const TOKEN_REASONS: [&str; 3] = ["invalid", "INVALID_ARGUMENT", "purchaseTokenDoesNotMatchPackageName"];
const APP_UNKNOWN: &str = "applicationNotFound";

/// What Google counts calls by (docs/stores/google.md, Quotas).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quota {
    OneTime,
    Subscriptions,
    SubscriptionUpdates,
    Orders,
    Voided,
    Catalog,
}

impl Quota {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OneTime => "one_time",
            Self::Subscriptions => "subscriptions",
            Self::SubscriptionUpdates => "subscription_updates",
            Self::Orders => "orders",
            Self::Voided => "voided",
            Self::Catalog => "catalog",
        }
    }
}

/// One question to the Developer API.
pub struct Call {
    /// What is asked, for metrics.
    pub kind: &'static str,
    pub quota: Quota,
    pub method: Method,
    /// Below the app's own path, its ids percent-encoded.
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    /// Whether the same call may be made again when nobody knows whether the first one arrived.
    pub is_repeatable: bool,
    /// Whether a token that Google calls invalid is one it does not know.
    is_lookup: bool,
}

impl Call {
    /// A call of a path given as text with `{}` for each id.
    pub fn new(kind: &'static str, quota: Quota, method: Method, path: &str, ids: &[&str]) -> Result<Self, ApiFailure> {
        let mut parts = path.split("{}");
        let mut encoded = parts.next().unwrap_or_default().to_owned();
        for (part, id) in parts.zip(ids) {
            encoded.push_str(&encode_segment(id)?);
            encoded.push_str(part);
        }
        let is_lookup = method == Method::GET;
        Ok(Self { kind, quota, method, path: encoded, query: Vec::new(), body: None, is_repeatable: true, is_lookup })
    }

    pub fn query(mut self, name: &'static str, value: Option<String>) -> Self {
        self.query.extend(value.map(|value| (name, value)));
        self
    }

    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// A call that must not be made twice.
    pub fn once(mut self) -> Self {
        self.is_repeatable = false;
        self
    }

    fn url(&self, base: &str, app: &StoreApp) -> Result<Url, ApiFailure> {
        let package = encode_segment(&app.store_app_id)?;
        let text = format!("{base}/androidpublisher/v3/applications/{package}/{}", self.path);
        let mut url = Url::parse(&text).map_err(|_| ApiFailure::unavailable("Google Play's address is unusable"))?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    /// Asks once. `now` is for what the answer says of time.
    pub async fn ask(&self, context: &CallContext<'_>) -> Result<Answer, Attempt> {
        let url = self.url(context.base, context.app).map_err(Attempt::Final)?;
        let request =
            context.http.request(self.method.clone(), url).bearer_auth(context.bearer).header(ACCEPT, "application/json");
        let request = match &self.body {
            Some(body) => request.json(body),
            None if self.method == Method::GET => request,
            None => request.header(CONTENT_LENGTH, "0"),
        };
        let response = request.send().await.map_err(|error| Attempt::Lost(unreachable(&error)))?;
        let (status, retry_at) = (response.status(), retry_at(&response, context.now));
        let said_at = said_at(&response).filter(|_| context.app.environment == Environment::Simulator);
        let body = read_body(response).await.map_err(unread)?;
        if status.is_success() { Ok(Answer { body, said_at }) } else { Err(self.judge(status, retry_at, &body)) }
    }

    /// What an answer other than success means (docs/stores/google.md, Errors).
    fn judge(&self, status: StatusCode, retry_at: Timestamp, body: &[u8]) -> Attempt {
        let body = ErrorBody::read(body);
        let (reason, message) = (body.reason().map(str::to_owned), body.message().map(str::to_owned));
        let message = message.unwrap_or_else(|| format!("HTTP {status}"));
        let unavailable = || ApiFailure::unavailable(format!("Google Play is out of order: {message}"));
        let word = reason.as_deref().unwrap_or_default();
        match status {
            StatusCode::UNAUTHORIZED if word == "permissionDenied" => {
                Attempt::Final(ApiFailure::NotPermitted { reason, message })
            }
            StatusCode::UNAUTHORIZED => Attempt::Unauthorized(message),
            StatusCode::TOO_MANY_REQUESTS => Attempt::Paused(retry_at),
            StatusCode::FORBIDDEN if QUOTA_REASONS.contains(&word) => Attempt::Paused(retry_at),
            StatusCode::FORBIDDEN => Attempt::Final(ApiFailure::NotPermitted { reason, message }),
            StatusCode::NOT_FOUND if word == APP_UNKNOWN => Attempt::Final(ApiFailure::AppUnknown { message }),
            // A front end's 404 has no reason and says nothing of the id.
            StatusCode::NOT_FOUND if reason.is_none() => Attempt::Lost(unavailable()),
            StatusCode::NOT_FOUND | StatusCode::GONE => Attempt::Final(ApiFailure::NotFound { reason, message }),
            StatusCode::BAD_REQUEST if self.is_lookup && TOKEN_REASONS.contains(&word) => {
                Attempt::Final(ApiFailure::NotFound { reason, message })
            }
            StatusCode::CONFLICT => Attempt::Final(ApiFailure::Conflict { message }),
            StatusCode::REQUEST_TIMEOUT => Attempt::Lost(unavailable()),
            _ if status.is_server_error() => Attempt::Lost(unavailable()),
            _ if status.is_client_error() => Attempt::Final(ApiFailure::Refused { reason, message }),
            _ => Attempt::Final(unavailable()),
        }
    }
}

/// A successful answer.
pub struct Answer {
    pub body: Vec<u8>,
    /// What the simulator's own clock showed, which may be far ahead of ours.
    pub said_at: Option<Timestamp>,
}

/// How one request is made.
pub struct CallContext<'a> {
    pub http: &'a reqwest::Client,
    pub base: &'a str,
    pub app: &'a StoreApp,
    pub bearer: &'a str,
    pub now: Timestamp,
}

pub type Attempt = http::Attempt<ApiFailure>;

/// An id as one path segment. Dots alone would climb.
fn encode_segment(id: &str) -> Result<String, ApiFailure> {
    if id.is_empty() || id.len() > SEGMENT_BYTES_MAX || id.bytes().all(|byte| byte == b'.') {
        let message = "not an id Google Play could have given".to_owned();
        return Err(ApiFailure::NotFound { reason: None, message });
    }
    Ok(utf8_percent_encode(id, SEGMENT).to_string())
}

fn unread(fault: BodyFault) -> Attempt {
    match fault {
        BodyFault::Broken(error) => Attempt::Lost(unreachable(&error)),
        BodyFault::TooLong => Attempt::Final(ApiFailure::unavailable("Google Play's answer is too long")),
    }
}

fn unreachable(error: &reqwest::Error) -> ApiFailure {
    ApiFailure::unavailable(format!("Google Play can't be reached: {}", describe(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stores::simulated_app;

    #[test]
    fn an_id_is_one_segment_whatever_is_in_it() {
        let path = "purchases/products/{}/tokens/{}:consume";
        let call = Call::new("x", Quota::OneTime, Method::POST, path, &["a b", "t/o+k=e:n"]).unwrap();
        let url = call.url("http://127.0.0.1:1/simulator", &simulated_app()).unwrap();
        let expected = "http://127.0.0.1:1/simulator/androidpublisher/v3/applications/game.example/purchases/products/a%20b/tokens/\
                        t%2Fo%2Bk%3De%3An:consume";
        assert_eq!(url.as_str(), expected);
        for id in ["", ".", "..", &"x".repeat(1_001)] {
            assert!(Call::new("x", Quota::OneTime, Method::GET, "orders/{}", &[id]).is_err(), "{id:?}");
        }
        let listed = Call::new("x", Quota::Orders, Method::GET, "orders/{}", &["GPA.1..5"]).unwrap();
        let listed = listed.query("a", Some("b c".into())).query("none", None).url("https://h", &simulated_app()).unwrap();
        assert_eq!(listed.path(), "/androidpublisher/v3/applications/game.example/orders/GPA.1..5");
        assert_eq!(listed.query(), Some("a=b+c"));
    }
}
