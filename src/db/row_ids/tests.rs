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
