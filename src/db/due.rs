//! When work is due and in nobody's hands: one rule for every table that is worked by lease. A time farther away than any we
//! set, or of a row that was written in the future, comes from a clock that was set back since; it holds nothing up.

use crate::model::Timestamp;

/// The clocks of two processes differ by less.
const SKEW_MILLIS: i64 = Timestamp::MINUTE;

/// Written after this, a row was written by a clock that was set back.
pub(super) fn future(now: Timestamp) -> i64 {
    now.plus_millis(SKEW_MILLIS).0
}

/// Due after this, a row is due; `longest_millis` is the longest we ever let one of its kind wait.
pub(super) fn too_far(now: Timestamp, longest_millis: i64) -> i64 {
    now.plus_millis(longest_millis + SKEW_MILLIS).0
}

/// Leased for longer than this, a row is in nobody's hands; `until` is how far a lease taken now goes.
pub(super) fn lease_too_far(until: Timestamp) -> i64 {
    until.plus_millis(SKEW_MILLIS).0
}

/// The condition for a row that is to be worked, found by the index of `due_at`. It misses what a clock that was set back holds up.
/// Takes what `due_at` is called, and the placeholders of now and of by when a row is due.
macro_rules! is_ready {
    ($due_at:literal, $now:literal, $due_by:literal) => {
        concat!($due_at, " <= ", $due_by, " AND leased_until <= ", $now)
    };
}

/// The same, and what a clock that was set back holds up; every row that waits is looked at for it. Takes besides the column of
/// when `due_at` was written (before it, what makes it that), and the placeholders of `future`, `too_far` and `lease_too_far`. A
/// row that was leased for too long was due then.
macro_rules! is_ready_or_held_up {
    ($due_at:literal, $written:literal, $now:literal, $due_by:literal, $future:literal, $too_far:literal, $lease_too_far:literal) => {
        concat!(
            $due_at,
            " IS NOT NULL AND (leased_until > ",
            $lease_too_far,
            " OR leased_until <= ",
            $now,
            " AND (",
            $due_at,
            " <= ",
            $due_by,
            " OR ",
            $due_at,
            " > ",
            $too_far,
            " OR ",
            $written,
            " > ",
            $future,
            "))"
        )
    };
}

pub(super) use {is_ready, is_ready_or_held_up};
