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
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(EPOCH_MILLIS + 200_000_000_000);

    #[test]
    fn ids_of_several_threads_differ_and_grow_in_each() {
        let ids = RowIds::new(u128::MAX);
        let take = || (0..2_500).map(|_| ids.next(NOW)).collect::<Vec<_>>();
        let mut all: Vec<i64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(take)).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.chunks(2_500).all(|of_thread| of_thread.is_sorted_by(|a, b| a < b)));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 10_000);
    }

    #[test]
    fn ids_grow_when_the_clock_is_set_back() {
        let ids = RowIds::new(7);
        let before = ids.next(NOW);
        let after = ids.next(NOW.plus_millis(-Timestamp::HOUR));
        assert_eq!(after, before + 1);
        assert!(ids.next(NOW.plus_millis(1)) > after);
    }

    #[test]
    fn ids_of_a_later_time_are_larger_whichever_process_gives_them() {
        let (one, other) = (RowIds::new(u128::MAX), RowIds::new(0));
        assert!(one.next(NOW) < other.next(NOW.plus_millis(1)));
        assert!(other.next(NOW) < one.next(NOW.plus_millis(1)));
    }

    #[test]
    fn ids_are_positive_at_any_time() {
        for millis in [i64::MIN, 0, EPOCH_MILLIS, i64::MAX] {
            let ids = RowIds::new(u128::MAX);
            assert!(ids.next(Timestamp(millis)) > 0 && ids.next(Timestamp(millis)) > 0);
        }
    }
}
