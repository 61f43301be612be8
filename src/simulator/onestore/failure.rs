//! Failures in the words of ONE store's server API.

use serde_json::{Value, json};

use crate::error::Error;

/// What an endpoint comes to.
pub type ApiResult<T = Value> = Result<T, ApiFailure>;

/// A failure as ONE store answers it.
#[derive(Debug)]
pub enum ApiFailure {
    /// A status, ONE store's code and its sentence.
    Told(Told),
    /// A front server's page instead of the API's form.
    Page(u16),
    /// Our own fault.
    Internal(Error),
}

/// A status, ONE store's code and its sentence.
#[derive(Debug, Clone)]
pub struct Told {
    pub status: u16,
    pub code: String,
    pub message: String,
    /// After how many seconds to come back, where that is said.
    pub retry_after_seconds: Option<i64>,
}

/// Every code with its status and sentence.
const CODES: [(&str, u16, &str); 16] = [
    ("AccessBlocked", 403, "The request was blocked."),
    ("AccessTokenExpired", 401, "Access token has expired."),
    ("BadRequest", 400, "The request are invalid."),
    ("DeveloperPayloadNotMatch", 400, "The request developerPayload does not match the value passed in the purchase request."),
    ("InternalError", 500, "An undefined error has occurred."),
    ("InvalidAccessToken", 401, "Access token is invalid."),
    ("InvalidAuthorizationHeader", 400, "Authorization header is invalid."),
    ("InvalidClient", 401, "The client id or the client secret is invalid."),
    ("InvalidConsumeState", 409, "The purchase consumption status cannot be changed or has already been changed."),
    ("InvalidPurchaseState", 409, "Purchase history does not exist or is not completed."),
    ("MethodNotAllowed", 405, "HTTP method not supported."),
    ("NoSuchData", 404, "The requested data could not be found."),
    ("ResourceNotFound", 404, "The requested resource could not be found."),
    ("ServiceMaintenance", 503, "System maintenance is in progress."),
    ("TooManyRequests", 429, "Too many requests."),
    ("UnauthorizedAccess", 403, "Not authorized to this API."),
];

impl From<Error> for ApiFailure {
    fn from(error: Error) -> Self {
        Self::Internal(error)
    }
}

impl ApiFailure {
    /// A failure of a code.
    pub(super) fn of(code: &str) -> Self {
        Self::Told(Told::of(code))
    }

    /// Members of a request are wrong.
    pub(super) fn invalid(members: &str) -> Self {
        let message = format!("Request parameters are invalid. [ {members} ]");
        Self::Told(Told { status: 400, code: "InvalidRequest".to_owned(), message, retry_after_seconds: None })
    }

    /// A failure that is wanted: by its code, else by what a status usually means.
    pub(super) fn wanted(status: u16, code: Option<&str>) -> Self {
        if code == Some("html") {
            return Self::Page(status);
        }
        let usual = CODES.iter().find(|(_, of, _)| *of == status).map_or("InternalError", |(code, ..)| code);
        let code = code.unwrap_or(match status {
            401 => "AccessTokenExpired",
            403 => "UnauthorizedAccess",
            404 => "NoSuchData",
            409 => "InvalidPurchaseState",
            _ => usual,
        });
        Self::Told(Told { status, ..Told::of(code) })
    }
}

impl Told {
    pub fn of(code: &str) -> Self {
        let (status, message) =
            CODES.iter().find(|(known, ..)| *known == code).map_or((500, "The simulator was told to fail."), |(_, s, m)| (*s, m));
        Self { status, code: code.to_owned(), message: message.to_owned(), retry_after_seconds: None }
    }

    /// The answer's body.
    pub fn body(&self) -> Value {
        json!({ "error": { "code": self.code, "message": self.message } })
    }
}
