//! Ids of rows that need nothing but a number of their own: timeline lines, audit rows, notifications. They sort by time, need
//! no trip to the database, and are larger than the numbers that older rows got from a counter.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, Ordering};

use uuid::Uuid;

use crate::model::Timestamp;

/// 2020-01-01T00:00:00Z: from then on, 41 bits of milliseconds last until 2089.
const EPOCH_MILLIS: i64 = 1_577_836_800_000;
const MILLIS_MAX: i64 = (1 << 41) - 1;
/// The bits below the milliseconds.
const LOW_BITS: u32 = 22;
/// A process's own part of them, from which the ids of one millisecond count up: half of the range, so that there is room above.
const RANDOM_MASK: u128 = (1 << (LOW_BITS - 1)) - 1;

static ROW_IDS: LazyLock<RowIds> = LazyLock::new(|| RowIds::new(Uuid::new_v4().as_u128()));

/// An id that no row has: larger than all that this process gave before, whatever the clock does.
pub fn next_row_id(now: Timestamp) -> i64 {
    ROW_IDS.next(now)
}

struct RowIds {
    random: i64,
    last: AtomicI64,
}

impl RowIds {
    fn new(random: u128) -> Self {
        let random = i64::try_from(random & RANDOM_MASK).unwrap_or_default();
        Self { random, last: AtomicI64::new(0) }
    }

    fn next(&self, now: Timestamp) -> i64 {
        let millis = now.0.saturating_sub(EPOCH_MILLIS).clamp(0, MILLIS_MAX);
        let first = (millis << LOW_BITS) | self.random;
        let after = |last: i64| first.max(last + 1);
        after(self.last.update(Ordering::Relaxed, Ordering::Relaxed, after))
    }
}

#[cfg(test)]
mod tests;
