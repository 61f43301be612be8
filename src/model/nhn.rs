use serde::{Deserialize, Serialize};

use super::{ProjectId, Version};

/// What a project takes over from NHN Cloud IAP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct NhnSettings {
    /// Whether `/v1/service/*` is answered, and from where.
    #[sqlx(flatten)]
    pub door: NhnDoor,
    /// Whether the legacy calls, which carry no key at all, are answered.
    #[sqlx(rename = "nhn_legacy")]
    pub legacy: bool,
    /// The id Gamebase calls name the project by; none means the project's own id.
    pub gamebase_app_id: Option<String>,
    /// Whether a Gamebase secret key was taken over; it is never shown.
    pub has_gamebase_secret: bool,
    /// Whether it was taken over before a secret key had to be long, so that it may be guessed.
    pub has_weak_gamebase_secret: bool,
    #[sqlx(rename = "nhn_version")]
    pub version: Version,
}

/// Whether NHN's server API, which carries no secret, is answered, and from where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct NhnDoor {
    #[sqlx(rename = "nhn_compatible")]
    pub is_open: bool,
    /// Addresses and networks, separated by spaces; empty means from anywhere.
    #[sqlx(rename = "nhn_addresses")]
    pub addresses: String,
}

impl NhnSettings {
    /// The id that stands in Gamebase addresses.
    pub fn gamebase_id<'a>(&'a self, project: &'a ProjectId) -> &'a str {
        self.gamebase_app_id.as_deref().unwrap_or(project.as_str())
    }
}

/// How often one compatible call ended one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NhnCallCount {
    /// The address as routed, such as `/v1/service/consume`.
    pub endpoint: String,
    /// `resultCode` of the answer; 0 is success.
    pub outcome: i64,
    pub today: i64,
    /// The last seven days, today among them.
    pub week: i64,
}

/// How many compatible calls came, and how they ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NhnCalls {
    pub counts: Vec<NhnCallCount>,
    /// Calls on this instance whose key is no project's, in the last seven days.
    pub unknown: i64,
}
