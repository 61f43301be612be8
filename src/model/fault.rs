use serde::{Deserialize, Serialize};

use super::Reason;

/// What went wrong, as it goes over the wire: the error of every server function, and the core of
/// the API's problem details (`message` is its `detail`, `param` the field that is wrong).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Stable, documented, upper case: `INVALID_PARAMETER`, `NOT_FOUND`…
    pub code: String,
    /// For people, in English; screens show their own words by `reason` or `code`.
    pub message: String,
    /// The input field the fault is about.
    pub param: Option<String>,
    /// What is wrong with that field, which screens put in their own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<Reason>>,
    /// After how many seconds to try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<i64>,
}

impl Fault {
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), param: None, reason: None, retry_after_seconds: None }
    }

    pub fn with_param(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Fault {}
