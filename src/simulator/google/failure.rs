//! Failures in the words of Google's APIs.

use serde_json::{Value, json};

use crate::error::Error;

/// What an endpoint comes to.
pub type ApiResult<T = Value> = Result<T, ApiFailure>;

/// A failure as Google answers it.
#[derive(Debug)]
pub enum ApiFailure {
    /// A status, Google's reason and its sentence.
    Told(Told),
    /// A front end's page instead of the API's form.
    Page(u16),
    /// The token endpoint's own form.
    Grant { status: u16, error: &'static str, description: &'static str },
    /// Our own fault.
    Internal(Error),
}

/// A status, Google's reason and its sentence.
#[derive(Debug, Clone)]
pub struct Told {
    pub status: u16,
    pub reason: String,
    pub message: String,
    /// The parameter it is about, where it is about one.
    pub location: Option<&'static str>,
    /// After how many seconds to come back, where Google says so.
    pub retry_after_seconds: Option<i64>,
}

impl From<Error> for ApiFailure {
    fn from(error: Error) -> Self {
        Self::Internal(error)
    }
}

impl ApiFailure {
    pub(super) fn new(status: u16, reason: &str, message: impl Into<String>) -> Self {
        let (reason, message) = (reason.to_owned(), message.into());
        Self::Told(Told { status, reason, message, location: None, retry_after_seconds: None })
    }

    /// The same about a parameter.
    fn at(status: u16, reason: &str, message: &str, location: &'static str) -> Self {
        let (reason, message) = (reason.to_owned(), message.to_owned());
        Self::Told(Told { status, reason, message, location: Some(location), retry_after_seconds: None })
    }

    pub(super) fn invalid_token() -> Self {
        Self::at(400, "invalid", "Invalid Value", "token")
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid", message)
    }

    pub(super) fn invalid_state() -> Self {
        let message = "The product purchase is not in a valid state to perform the desired operation.";
        Self::at(400, "invalidPurchaseState", message, "token")
    }

    pub(super) fn unauthenticated() -> Self {
        let message = "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid \
                       authentication credential.";
        Self::new(401, "authError", message)
    }

    pub(super) fn permission_denied() -> Self {
        Self::new(401, "permissionDenied", "The current user has insufficient permissions to perform the requested operation.")
    }

    pub(super) fn application_not_found(package: &str) -> Self {
        Self::at(
            404,
            "applicationNotFound",
            &format!("No application was found for the given package name: {package}."),
            "packageName",
        )
    }

    pub(super) fn token_not_found() -> Self {
        Self::at(404, "purchaseTokenNotFound", "The purchase token was not found.", "token")
    }

    pub(super) fn not_found(noun: &str) -> Self {
        Self::new(404, "notFound", format!("{noun} not found."))
    }

    pub(super) fn no_longer_valid() -> Self {
        Self::at(410, "purchaseTokenNoLongerValid", "The purchase token is no longer valid.", "token")
    }

    pub(super) fn no_longer_available() -> Self {
        let message = "The subscription purchase is no longer available for query because it has been expired for too long.";
        Self::at(410, "subscriptionPurchaseNoLongerAvailable", message, "token")
    }

    pub(super) fn concurrent() -> Self {
        Self::Told(Told::conflict())
    }

    pub(super) const fn grant(error: &'static str, description: &'static str) -> Self {
        Self::Grant { status: 400, error, description }
    }

    pub(super) const fn client(error: &'static str, description: &'static str) -> Self {
        Self::Grant { status: 401, error, description }
    }
}

impl Told {
    /// Two callers changed the same thing at once.
    pub fn conflict() -> Self {
        let message = "The operation could not be performed since the object was already in the process of being updated.";
        Self::of(409, "concurrentUpdate", message)
    }

    /// Something of ours broke.
    pub fn internal() -> Self {
        Self::of(500, "backendError", "Backend Error")
    }

    fn of(status: u16, reason: &str, message: &str) -> Self {
        Self { status, reason: reason.into(), message: message.into(), location: None, retry_after_seconds: None }
    }

    /// The answer's body.
    pub fn body(&self) -> Value {
        let mut item = json!({ "message": self.message, "domain": domain_of(self.status), "reason": self.reason });
        if let Some(location) = self.location {
            item["location"] = location.into();
            item["locationType"] = "parameter".into();
        }
        let mut error = json!({ "code": self.status, "message": self.message, "errors": [item] });
        if let Some(status) = status_word(self.status) {
            error["status"] = status.into();
        }
        json!({ "error": error })
    }
}

const fn domain_of(status: u16) -> &'static str {
    match status {
        429 => "usageLimits",
        401 | 500.. => "global",
        _ => "androidpublisher",
    }
}

/// The word of Google's newer error form for a status.
const fn status_word(status: u16) -> Option<&'static str> {
    Some(match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        500 => "INTERNAL",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => return None,
    })
}
