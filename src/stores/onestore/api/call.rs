use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use url::Url;

use super::failure::{ApiFailure, ErrorBody};
use crate::model::Timestamp;
use crate::stores::StoreApp;
use crate::stores::http::{self, BodyFault, describe, read_body, retry_at, said_at};
use crate::stores::onestore::world::World;

/// ONE store's product ids have 150 characters at most, its tokens 20; other segments are ours.
const SEGMENT_BYTES_MAX: usize = 255;
/// What stands in a path as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// Members of a request that name the purchase: what is wrong with them is wrong with the proof.
const NAMING_MEMBERS: [&str; 2] = ["productId", "purchaseToken"];
/// Which of ONE store's markets is asked.
pub const MARKET_CODE: &str = "x-market-code";

/// One question to the server API.
pub struct Call {
    /// What is asked, for metrics.
    pub kind: &'static str,
    pub method: Method,
    /// Below the app's own path, its ids percent-encoded.
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Value>,
    /// Whether the same call may be made again when nobody knows whether the first one arrived.
    pub is_repeatable: bool,
}

impl Call {
    /// A call of a path given as text with `{}` for each id.
    pub fn new(kind: &'static str, method: Method, path: &str, ids: &[&str]) -> Result<Self, ApiFailure> {
        let mut parts = path.split("{}");
        let mut encoded = parts.next().unwrap_or_default().to_owned();
        for (part, id) in parts.zip(ids) {
            encoded.push_str(&encode_segment(id)?);
            encoded.push_str(part);
        }
        Ok(Self { kind, method, path: encoded, query: Vec::new(), body: None, is_repeatable: true })
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

    fn url(&self, context: &CallContext<'_>) -> Result<Url, ApiFailure> {
        let client_id = encode_segment(context.app.client_id())?;
        let text = format!("{}/v7/apps/{client_id}/{}", context.base, self.path);
        let mut url = Url::parse(&text).map_err(|_| ApiFailure::unavailable("ONE store's address is unusable"))?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }

    /// Asks once. `now` is for what the answer says of time.
    pub async fn ask(&self, context: &CallContext<'_>) -> Result<Answer, Attempt> {
        let url = self.url(context).map_err(Attempt::Final)?;
        let request =
            context.http.request(self.method.clone(), url).bearer_auth(context.bearer).header(ACCEPT, "application/json");
        let request = request.header(CONTENT_TYPE, "application/json").header(MARKET_CODE, context.app.market_code());
        let request = match &self.body {
            Some(body) => request.body(body.to_string()),
            None if self.method == Method::GET => request,
            None => request.body(""),
        };
        let response = request.send().await.map_err(|error| Attempt::Lost(unreachable(&error)))?;
        let (status, retry_at) = (response.status(), retry_at(&response, context.now));
        let said_at = said_at(&response).filter(|_| context.world == World::Simulator);
        let body = read_body(response).await.map_err(unread)?;
        if status.is_success() { Ok(Answer { body, said_at }) } else { Err(self.judge(status, retry_at, &body)) }
    }

    /// What an answer other than success means (docs/stores/onestore.md, Errors): the code decides, the status only without one.
    fn judge(&self, status: StatusCode, retry_at: Timestamp, body: &[u8]) -> Attempt {
        let body = ErrorBody::read(body);
        let message = body.message().map_or_else(|| format!("HTTP {status}"), str::to_owned);
        let code = body.code().map(str::to_owned);
        let unavailable = |message: &str| ApiFailure::unavailable(format!("ONE store is out of order: {message}"));
        let refused = |message: String| Attempt::Final(ApiFailure::Refused { code: code.clone(), message });
        match code.as_deref().unwrap_or_default() {
            "NoSuchData" => Attempt::Final(ApiFailure::NotFound { message }),
            "ResourceNotFound" => Attempt::Final(ApiFailure::AppUnknown { message }),
            "AccessTokenExpired" | "InvalidAccessToken" => Attempt::Unauthorized(message),
            "UnauthorizedAccess" | "AccessBlocked" => Attempt::Final(ApiFailure::NotPermitted { code, message }),
            "InvalidConsumeState" | "InvalidPurchaseState" => {
                Attempt::Final(ApiFailure::State { code: code.unwrap_or_default(), message })
            }
            "InvalidRequest" if self.names_purchase(&message) => Attempt::Final(ApiFailure::NotFound { message }),
            "BadRequest"
            | "DeveloperPayloadNotMatch"
            | "InvalidAuthorizationHeader"
            | "InvalidContentType"
            | "InvalidRequest"
            | "MethodNotAllowed"
            | "RequiredValueNotExist" => refused(message),
            "InternalError" | "ServiceMaintenance" => Attempt::Lost(unavailable(&message)),
            code_word => match status {
                StatusCode::UNAUTHORIZED => Attempt::Unauthorized(message),
                StatusCode::TOO_MANY_REQUESTS => Attempt::Paused(retry_at),
                StatusCode::FORBIDDEN => Attempt::Final(ApiFailure::NotPermitted { code, message }),
                // A front server's page says nothing of the id.
                _ if code_word.is_empty() || status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => {
                    Attempt::Lost(unavailable(&message))
                }
                StatusCode::CONFLICT => Attempt::Final(ApiFailure::State { code: code_word.to_owned(), message }),
                _ => refused(message),
            },
        }
    }

    /// Whether the members ONE store calls invalid are those a proof brings: `Request parameters are invalid. [ purchaseToken ]`.
    fn names_purchase(&self, message: &str) -> bool {
        let listed = message.rsplit_once('[').and_then(|(_, list)| list.split_once(']')).map(|(list, _)| list);
        let mut members = listed.unwrap_or_default().split(',').map(str::trim).filter(|member| !member.is_empty()).peekable();
        self.method == Method::GET && members.peek().is_some() && members.all(|member| NAMING_MEMBERS.contains(&member))
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
    pub world: World,
    pub app: &'a StoreApp,
    pub bearer: &'a str,
    pub now: Timestamp,
}

pub type Attempt = http::Attempt<ApiFailure>;

/// An id as one path segment. ONE store's front server takes no encoded slash, and dots alone would climb.
fn encode_segment(id: &str) -> Result<String, ApiFailure> {
    let is_fit = !id.is_empty() && id.len() <= SEGMENT_BYTES_MAX && !id.contains('/') && !id.bytes().all(|byte| byte == b'.');
    match is_fit {
        true => Ok(utf8_percent_encode(id, SEGMENT).to_string()),
        false => Err(ApiFailure::NotFound { message: "this is no id ONE store could have given".to_owned() }),
    }
}

fn unread(fault: BodyFault) -> Attempt {
    match fault {
        BodyFault::Broken(error) => Attempt::Lost(unreachable(&error)),
        BodyFault::TooLong => Attempt::Final(ApiFailure::unavailable("ONE store's answer is too long")),
    }
}

fn unreachable(error: &reqwest::Error) -> ApiFailure {
    ApiFailure::unavailable(format!("ONE store can't be reached: {}", describe(error)))
}
