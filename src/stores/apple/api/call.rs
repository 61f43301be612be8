use reqwest::header::{ACCEPT, DATE, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::failure::{ApiFailure, ConnectErrors, ErrorBody};
use crate::model::Timestamp;
use crate::stores::http::{BodyFault, PAUSE_MILLIS_DEFAULT, PAUSE_MILLIS_MAX, describe, read_body};

/// Longest id the store hands out is a test notification's token of about 50.
const SEGMENT_BYTES_MAX: usize = 128;
/// A `Retry-After` beyond this is a moment in epoch milliseconds, below it seconds from now.
const RETRY_AFTER_SECONDS_MAX: i64 = 100_000_000_000;
/// Apple's numbers of failures that the same call may well not meet again.
const RETRYABLE_CODES: [i64; 4] = [4_040_002, 4_040_004, 4_040_006, 5_000_001];
/// An internal error that Apple says is not worth repeating at once.
const INTERNAL_CODE: i64 = 5_000_000;

/// Which of Apple's APIs is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// The App Store Server API: purchases.
    Server,
    /// The App Store Connect API: the catalog.
    Connect,
}

/// One question to an API; to the App Store Server API, for either environment.
pub struct Call {
    pub api: Api,
    /// What is asked, for pauses and metrics.
    pub kind: &'static str,
    pub method: Method,
    /// The path's segments, after the host.
    pub path: Vec<String>,
    pub query: Vec<(&'static str, String)>,
    pub body: Option<Value>,
    pub fallback: Fallback,
}

/// When an answer of "not found" means the id may be of the other environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// The question is about no id.
    Never,
    /// On one of these numbers.
    On(&'static [i64]),
    /// On any 404 whatever.
    OnNotFound,
}

impl Call {
    /// A call of a path given as text with `{}` for each id.
    pub fn new(kind: &'static str, method: Method, path: &str, ids: &[&str]) -> Result<Self, ApiFailure> {
        let mut ids = ids.iter();
        let segment = |part: &str| match part {
            "{}" => ids.next().ok_or_else(|| ApiFailure::unavailable("an id is missing")).and_then(|id| check_segment(id)),
            fixed => Ok(fixed.to_owned()),
        };
        let path = path.split('/').map(segment).collect::<Result<_, _>>()?;
        Ok(Self { api: Api::Server, kind, method, path, query: Vec::new(), body: None, fallback: Fallback::Never })
    }

    /// The same to another API.
    pub fn to(mut self, api: Api) -> Self {
        self.api = api;
        self
    }

    pub fn fallback(mut self, fallback: Fallback) -> Self {
        self.fallback = fallback;
        self
    }

    pub fn body(mut self, body: impl serde::Serialize) -> Result<Self, ApiFailure> {
        self.body = Some(serde_json::to_value(body).map_err(ApiFailure::unavailable)?);
        Ok(self)
    }

    pub fn query(mut self, name: &'static str, value: Option<String>) -> Self {
        self.query.extend(value.map(|value| (name, value)));
        self
    }

    fn url(&self, base: &str) -> Result<Url, ApiFailure> {
        let wrong = || ApiFailure::unavailable("the store's address is unusable");
        let mut url = Url::parse(base).map_err(|_| wrong())?;
        url.path_segments_mut().map_err(|()| wrong())?.pop_if_empty().extend(&self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    /// Asks once. `now` is for what the answer says of time.
    pub async fn ask(&self, http: &reqwest::Client, base: &str, bearer: &str, now: Timestamp) -> Result<Answer, Attempt> {
        let url = self.url(base).map_err(Attempt::Final)?;
        let request = http.request(self.method.clone(), url).bearer_auth(bearer).header(ACCEPT, "application/json");
        let request = match &self.body {
            Some(body) => request.json(body),
            None if self.method == Method::GET => request,
            None => request.header(reqwest::header::CONTENT_LENGTH, "0"),
        };
        let response = request.send().await.map_err(|error| Attempt::Again(unreachable(&error)))?;
        let head = Head::of(&response, now);
        let body = read_body(response).await.map_err(unread)?;
        if head.status.is_success() {
            return Ok(Answer { body, date: head.date });
        }
        Err(match self.api {
            Api::Server => self.judge(&head, &body),
            Api::Connect => judge_connect(&head, &body),
        })
    }

    /// What an answer other than success means.
    fn judge(&self, head: &Head, body: &[u8]) -> Attempt {
        let ErrorBody { error_code: code, error_message } = ErrorBody::read(body);
        let status = head.status;
        let message = error_message.unwrap_or_else(|| format!("HTTP {status}"));
        let unavailable = || ApiFailure::unavailable(format!("the App Store is out of order: {message}"));
        match (status, code) {
            (StatusCode::UNAUTHORIZED, _) => Attempt::Unauthorized { date: head.date },
            (StatusCode::TOO_MANY_REQUESTS, _) => Attempt::Paused(head.retry_at),
            (_, Some(code)) if RETRYABLE_CODES.contains(&code) => Attempt::Again(unavailable()),
            (_, Some(INTERNAL_CODE)) => Attempt::Final(unavailable()),
            (StatusCode::NOT_FOUND, Some(_)) => Attempt::Final(ApiFailure::NotFound { code, message }),
            (StatusCode::NOT_FOUND, None) if self.fallback == Fallback::OnNotFound => {
                Attempt::Final(ApiFailure::NotFound { code, message })
            }
            // A gateway's 404 has no number and says nothing of the id.
            (StatusCode::NOT_FOUND | StatusCode::REQUEST_TIMEOUT, None) => Attempt::Again(unavailable()),
            _ if status.is_server_error() => Attempt::Again(unavailable()),
            _ if status.is_client_error() => Attempt::Final(ApiFailure::Refused { code, message }),
            _ => Attempt::Final(unavailable()),
        }
    }
}

/// What an answer of App Store Connect other than success means. 403: the key's role does not allow it, or an agreement is due.
fn judge_connect(head: &Head, body: &[u8]) -> Attempt {
    let message = ConnectErrors::read(body).message().unwrap_or_else(|| format!("HTTP {}", head.status));
    match head.status {
        StatusCode::UNAUTHORIZED => Attempt::Unauthorized { date: head.date },
        StatusCode::TOO_MANY_REQUESTS => Attempt::Paused(head.retry_at),
        StatusCode::FORBIDDEN => Attempt::Final(ApiFailure::credentials(format!("App Store Connect says: {message}"))),
        StatusCode::NOT_FOUND => Attempt::Final(ApiFailure::NotFound { code: None, message }),
        status if status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT => {
            Attempt::Final(ApiFailure::Refused { code: None, message })
        }
        _ => Attempt::Again(ApiFailure::unavailable(format!("App Store Connect is out of order: {message}"))),
    }
}

/// A successful answer.
pub struct Answer {
    pub body: Vec<u8>,
    /// What the store's clock showed.
    pub date: Option<Timestamp>,
}

/// What one attempt came to, when not to an answer.
#[derive(Debug)]
pub enum Attempt {
    /// The token was refused: 401, whose body is empty.
    Unauthorized {
        /// What the store's clock showed: a token of a wrong clock is refused too.
        date: Option<Timestamp>,
    },
    /// Not before then.
    Paused(Timestamp),
    /// The same call may work in a moment.
    Again(ApiFailure),
    Final(ApiFailure),
}

struct Head {
    status: StatusCode,
    retry_at: Timestamp,
    date: Option<Timestamp>,
}

impl Head {
    fn of(response: &Response, now: Timestamp) -> Self {
        let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        Self {
            status: response.status(),
            retry_at: retry_at(text(RETRY_AFTER), now),
            date: text(DATE).and_then(Timestamp::parse_http_date),
        }
    }
}

/// Apple writes a moment in epoch milliseconds where HTTP has seconds from now; gateways write the latter.
fn retry_at(header: Option<&str>, now: Timestamp) -> Timestamp {
    let millis = match header.and_then(|text| text.trim().parse::<i64>().ok()).filter(|number| *number >= 0) {
        Some(moment) if moment > RETRY_AFTER_SECONDS_MAX => moment - now.0,
        Some(seconds) => seconds.saturating_mul(Timestamp::SECOND),
        None => PAUSE_MILLIS_DEFAULT,
    };
    now.plus_millis(millis.clamp(0, PAUSE_MILLIS_MAX))
}

fn unread(fault: BodyFault) -> Attempt {
    match fault {
        BodyFault::Broken(error) => Attempt::Again(unreachable(&error)),
        BodyFault::TooLong => Attempt::Final(ApiFailure::unavailable("the App Store's answer is too long")),
    }
}

/// An id as a path segment. Dots would climb, and nothing the store hands out has other signs.
fn check_segment(id: &str) -> Result<String, ApiFailure> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    if id.is_empty() || id.len() > SEGMENT_BYTES_MAX || !id.bytes().all(is_safe) || id.bytes().all(|byte| byte == b'.') {
        return Err(ApiFailure::Refused { code: Some(4_000_006), message: "not an id the App Store could have given".into() });
    }
    Ok(id.to_owned())
}

fn unreachable(error: &reqwest::Error) -> ApiFailure {
    ApiFailure::unavailable(format!("the App Store can't be reached: {}", describe(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_forms_of_retry_after() {
        let now = Timestamp(1_767_225_605_000);
        for (header, expected) in [
            (Some("1767225606500"), 1_500),
            (Some("30"), 30_000),
            (Some(" 0 "), 0),
            (Some("1767225600000"), 0),
            (Some("1967225606500"), PAUSE_MILLIS_MAX),
            (Some("99999999999"), PAUSE_MILLIS_MAX),
            (Some("soon"), PAUSE_MILLIS_DEFAULT),
            (Some("-1"), PAUSE_MILLIS_DEFAULT),
            (None, PAUSE_MILLIS_DEFAULT),
        ] {
            assert_eq!(retry_at(header, now).0 - now.0, expected, "{header:?}");
        }
    }

    #[test]
    fn ids_can_not_climb_out_of_their_place() {
        for id in ["", "..", ".", "a/b", "1?x=2", "1#", "%2e%2e", "한", &"1".repeat(129)] {
            assert!(Call::new("x", Method::GET, "inApps/v1/transactions/{}", &[id]).is_err(), "{id:?}");
        }
        let call =
            Call::new("x", Method::GET, "inApps/v1/history/{}", &["20000_ab-1.2"]).unwrap().query("sort", Some("A B".into()));
        let url = call.url("http://127.0.0.1:1/simulator").unwrap();
        assert_eq!(url.as_str(), "http://127.0.0.1:1/simulator/inApps/v1/history/20000_ab-1.2?sort=A+B");
        assert_eq!(call.url("https://h").unwrap().path(), "/inApps/v1/history/20000_ab-1.2");
    }
}
