//! How many users paid in a span of days, each counted once. Each of a user's days is kept with the day they paid on before: then
//! the payers of a span are those of its days whose day before is before the span.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::db::statistics::payers::{Neighbours, Pair, PayerDay};
use crate::model::{Day, DaySpan, Environment};

/// How the pairs of days change when users pay more often on some days, or less; from what is kept about each of those days.
pub fn pair_changes(changes: &HashMap<PayerDay, i64>, kept: &[(PayerDay, Neighbours)]) -> HashMap<Pair, i64> {
    let mut users: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (payer, near) in kept {
        let change = changes.get(payer).copied().unwrap_or_default();
        let user = (payer.environment, payer.user_key.as_str(), payer.user_channel.as_str());
        users.entry(user).or_default().push((payer.day, *near, change));
    }
    let mut pairs: HashMap<Pair, i64> = HashMap::new();
    for ((environment, ..), days) in users {
        // The days next to a changed one are enough: what lies farther away has the same neighbours before and after.
        let mut before: BTreeSet<Day> = days.iter().flat_map(|(_, near, _)| [near.previous, near.next]).flatten().collect();
        before.extend(days.iter().filter(|(_, near, _)| near.payments > 0).map(|(day, ..)| *day));
        let mut after = before.clone();
        for (day, near, change) in &days {
            match near.payments + change > 0 {
                true => after.insert(*day),
                false => after.remove(day),
            };
        }
        for (set, count) in [(before, -1), (after, 1)] {
            let mut previous = Day::NONE;
            for day in set {
                *pairs.entry(Pair { environment, day, previous }).or_default() += count;
                previous = day;
            }
        }
    }
    pairs.retain(|_, count| *count != 0);
    pairs
}

/// What changed pairs add to the payers of a span, and to those of them who never paid before.
pub(super) fn payers_of(pairs: &HashMap<Pair, i64>, environment: Environment, span: DaySpan) -> (i64, i64) {
    let of_span = |pair: &Pair| pair.environment == environment.as_str() && span.contains(pair.day) && pair.previous < span.from;
    pairs
        .iter()
        .filter(|(pair, _)| of_span(pair))
        .fold((0, 0), |(payers, new), (pair, count)| (payers + count, if pair.previous == Day::NONE { new + count } else { new }))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn payer(day: i64) -> PayerDay {
        PayerDay { environment: "LIVE", user_key: "kim".into(), user_channel: "GF".into(), day: Day(day) }
    }

    fn pairs_of(days: &BTreeSet<i64>) -> HashMap<Pair, i64> {
        let mut previous = 0;
        let pair = |day: &i64| {
            let pair = Pair { environment: "LIVE", day: Day(*day), previous: Day(previous) };
            previous = *day;
            (pair, 1)
        };
        days.iter().map(pair).collect()
    }

    proptest! {
        /// Whatever days a user paid on and pays on now: the changed pairs make of the old ones the new ones.
        #[test]
        fn changed_pairs_lead_from_the_days_before_to_the_days_after(
            before in prop::collection::btree_set(1_i64..12, 0..8),
            after in prop::collection::btree_set(1_i64..12, 0..8),
        ) {
            let changed: Vec<i64> = before.symmetric_difference(&after).copied().collect();
            let kept: Vec<_> = changed.iter().map(|day| {
                let previous = before.range(..day).next_back().map(|day| Day(*day));
                let next = before.range(day + 1..).next().map(|day| Day(*day));
                (payer(*day), Neighbours { payments: i64::from(before.contains(day)), previous, next })
            }).collect();
            let changes = changed.iter().map(|day| (payer(*day), if after.contains(day) { 1 } else { -1 })).collect();
            let mut pairs = pairs_of(&before);
            for (pair, count) in pair_changes(&changes, &kept) {
                *pairs.entry(pair).or_default() += count;
            }
            pairs.retain(|_, count| *count != 0);
            prop_assert_eq!(&pairs, &pairs_of(&after));
            let span = DaySpan { from: Day(4), to: Day(8) };
            let is_payer = after.range(4..=8).next().is_some();
            prop_assert_eq!(payers_of(&pairs, Environment::Live, span).0, i64::from(is_payer));
        }
    }
}
