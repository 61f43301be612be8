use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a line of a payment's timeline rests on: JSON, word for word as a store signed it or as it was written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(from = "String", into = "String")]
#[sqlx(transparent, no_pg_array)]
pub struct Evidence(Arc<str>);

impl Evidence {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Taken apart; null when it is no JSON.
    pub fn read(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl Default for Evidence {
    fn default() -> Self {
        Value::Null.into()
    }
}

impl From<String> for Evidence {
    fn from(json: String) -> Self {
        Self(json.into())
    }
}

impl From<Evidence> for String {
    fn from(evidence: Evidence) -> Self {
        evidence.0.as_ref().into()
    }
}

impl From<Value> for Evidence {
    fn from(value: Value) -> Self {
        value.to_string().into()
    }
}
