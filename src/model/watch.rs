//! What a project's operators watch.

use serde::{Deserialize, Serialize};

use super::{App, AppHealth, AttentionCount, JobAlarm, NotificationStatus, RefusalCode, Timestamp};

/// One app, as it did in the last 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppWatch {
    pub app: App,
    /// What the last test of its connection found.
    pub health: Option<AppHealth>,
    pub sales: i64,
    pub notifications: i64,
    /// In the last seven days.
    pub last_notification_at: Option<Timestamp>,
    /// It sells, and its store says nothing.
    pub is_silent: bool,
}

/// Refused payments of one app and reason, in the last seven days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedGroup {
    pub app: App,
    pub refusal: RefusalCode,
    pub count: i64,
    pub last_at: Timestamp,
}

/// Notifications of one app that wait or were given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnappliedGroup {
    pub app: App,
    pub status: NotificationStatus,
    pub count: i64,
    /// When the first of them came.
    pub first_at: Timestamp,
}

/// What needs a person in a project, and how its apps do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    pub alarms: Vec<JobAlarm>,
    pub attention: Vec<AttentionCount>,
    /// By number.
    pub apps: Vec<AppWatch>,
    /// The most frequent first.
    pub refused: Vec<RefusedGroup>,
    pub unapplied: Vec<UnappliedGroup>,
}
