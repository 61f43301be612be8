//! What goes wrong on purpose.

use serde::{Deserialize, Serialize};

use crate::model::text_enum::text_enum;

text_enum! {
    /// What is wrong with a notification sent on purpose.
    NotificationDamage {
        BadSignature = "BAD_SIGNATURE",
        WrongApp = "WRONG_BUNDLE",
        WrongRoot = "WRONG_ROOT",
    }
}

/// What goes wrong with notifications; percentages of those sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct NotificationFaults {
    pub lost_percent: u32,
    /// What is lost is not sent again, though its store would.
    pub lost_for_good: bool,
    pub repeated_percent: u32,
    /// Sent in any order.
    pub reordered: bool,
    /// Sent so much later, by the simulated clock.
    pub delay_seconds: i64,
    pub damage: Option<NotificationDamage>,
}

/// What goes wrong with calls of the stores' server APIs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ApiFaults {
    /// The HTTP status answered instead: 401, 404, 429, 500, 503, …; none for a good answer.
    pub status: Option<u16>,
    /// The store's own error code in the body; the status' own when none.
    pub error_code: Option<i64>,
    /// The store's own word for the failure, where it has words instead; `html` for a page instead of its form.
    pub reason: Option<String>,
    /// For how many more calls; for all when none.
    pub calls: Option<u32>,
    /// Only calls whose path has this in it.
    pub path: Option<String>,
    /// How long after now a 429 says to come back.
    pub retry_after_millis: Option<i64>,
    /// How long each answer takes.
    pub delay_millis: u64,
}

/// What the simulator gets wrong on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SimulatorFaults {
    pub api: ApiFaults,
    #[serde(rename = "notices")]
    pub notifications: NotificationFaults,
    /// The stores' limits on calls per second are kept.
    pub rate_limits: bool,
    /// Production answers 401, as it was seen to for apps that were never released.
    pub unreleased: bool,
}
