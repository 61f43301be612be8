//! How often a job runs, and how it tries again.

use std::time::Duration;

use tokio::sync::Notify;

use crate::model::Timestamp;
use crate::state::Wakes;

/// How often a job runs, and its limits.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    pub every: Duration,
    /// What rouses the job before its time.
    pub wake: Option<fn(&Wakes) -> &Notify>,
    /// A worker that dies leaves its rows to others after this: longer than one run can take.
    pub lease_millis: i64,
    /// Rows claimed together.
    pub claimed_max: i64,
    /// Runs (of rows claimed together, or of lanes) at the same time.
    pub at_once: usize,
    /// Of them, rows of one lane in hand: what they wait for holds up no other lane.
    pub of_lane_max: usize,
    /// After so many failures in one pass a lane waits for the next.
    pub lane_failures_max: usize,
    pub backoff: Backoff,
    /// For a job with a deadline: how long before it people are told.
    pub alarm_millis: Option<i64>,
}

impl Pace {
    /// Whether no more were due when so many were claimed.
    pub(in super::super) fn is_all(&self, claimed: usize) -> bool {
        let is_asked_for_more = i64::try_from(claimed).is_ok_and(|claimed| claimed < self.claimed_max);
        is_asked_for_more && self.of_lane_max == usize::MAX
    }

    /// For reading a store's lists, app by app.
    pub const STORE_LISTS: Self = Self {
        lease_millis: 15 * Timestamp::MINUTE,
        backoff: Backoff::Doubled { first_millis: 2 * Timestamp::MINUTE, millis_max: Timestamp::HOUR },
        ..Self::every(10)
    };

    /// Every so many seconds, one row at a time.
    pub const fn every(seconds: u64) -> Self {
        Self {
            every: Duration::from_secs(seconds),
            wake: None,
            lease_millis: Timestamp::MINUTE,
            claimed_max: 1,
            at_once: 1,
            of_lane_max: usize::MAX,
            lane_failures_max: usize::MAX,
            backoff: Backoff::Doubled { first_millis: Timestamp::MINUTE, millis_max: Timestamp::HOUR },
            alarm_millis: None,
        }
    }
}

/// How long after a failed run the next follows.
#[derive(Debug, Clone, Copy)]
pub enum Backoff {
    /// Each pause is twice the one before, up to the longest; tried without end.
    Doubled { first_millis: i64, millis_max: i64 },
    /// One pause after the other; then the row is given up, and a person must look.
    Steps(&'static [i64]),
}

impl Backoff {
    /// The pause after the given number of runs; none when the row is given up.
    pub fn pause_millis(self, attempts: i64) -> Option<i64> {
        let before = attempts.saturating_sub(1).max(0);
        match self {
            Self::Doubled { first_millis, millis_max } => Some(first_millis.saturating_mul(1 << before.min(20)).min(millis_max)),
            Self::Steps(pauses) => usize::try_from(before).ok().and_then(|before| pauses.get(before)).copied(),
        }
    }
}
