//! How far each of the store's lists is read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

/// How far the first history goes back: the App Store keeps a sandbox's notifications for 30 days.
const FIRST_LOOK_MILLIS: i64 = 29 * Timestamp::DAY;
/// A notification may enter the store's list later than it was made.
const OVERLAP_MILLIS: i64 = 6 * Timestamp::HOUR;

/// How far each of the store's lists is read, by the list's name; kept in the job.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Progress(pub(super) BTreeMap<String, Reach>);

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Reach {
    /// Everything sent before is in the inbox.
    pub(super) through: Option<Timestamp>,
    /// A history that is not at its end.
    pub(super) open: Option<History>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct History {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) token: Option<String>,
}

pub(super) fn first_page(through: Option<Timestamp>, now: Timestamp) -> History {
    let earliest = now.plus_millis(-FIRST_LOOK_MILLIS);
    let start = through.map_or(earliest, |through| through.plus_millis(-OVERLAP_MILLIS).max(earliest));
    History { start, end: now, token: None }
}
