//! A notification of a simulated store, and how its sending went.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::StoreEnvironment;
use crate::model::text_enum::text_enum;
use crate::model::{StoreCode, Timestamp};

text_enum! {
    /// How one sending of a notification went.
    SendResult {
        Success = "SUCCESS",
        TimedOut = "TIMED_OUT",
        NoResponse = "NO_RESPONSE",
        /// It was answered with a status that means no.
        BadStatus = "UNSUCCESSFUL_HTTP_RESPONSE_CODE",
        Redirected = "CIRCULAR_REDIRECT",
        SocketIssue = "SOCKET_ISSUE",
    }
}

/// One sending of a simulated notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendAttempt {
    /// By the simulated clock.
    #[serde(rename = "attemptDate")]
    pub at: Timestamp,
    #[serde(rename = "sendAttemptResult")]
    pub result: SendResult,
}

/// A notification of a simulated store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedNotification {
    /// A UUID, the same on every sending.
    pub notification_id: String,
    pub store: StoreCode,
    pub environment: StoreEnvironment,
    pub store_app_id: String,
    pub customer_id: String,
    /// The sale it is about, and its product, where it is about one.
    pub order_id: Option<String>,
    pub product_id: Option<String>,
    /// The store's own name of what happened.
    pub kind: String,
    pub subtype: Option<String>,
    /// What it says before it is signed.
    pub payload: Value,
    /// When the store says so, by the simulated clock.
    pub as_of: Timestamp,
    /// When it was made, by the real clock.
    pub made_at: Timestamp,
    /// When it is sent next, by the simulated clock; none when it arrived or was given up.
    pub due_at: Option<Timestamp>,
    pub attempts: Vec<SendAttempt>,
    pub is_delivered: bool,
}
