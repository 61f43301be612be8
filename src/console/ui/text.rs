//! Times, money and counts as the reader writes them.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::reader::reader;
use crate::model::{Money, Timestamp, group_digits};

/// A moment: date, time and zone of the reader's clock, and the exact moment for machines.
#[component]
pub fn Moment(at: Timestamp) -> AnyView {
    let zone = reader().zone;
    view! {
        <time class="moment" datetime=at.to_rfc3339()>{at.for_people(zone)}" "<span class="zone">{zone.label()}</span></time>
    }
    .into_any()
}

/// A moment inside a sentence, to the minute: `12 Nov 2026, 14:32 UTC+9`.
pub fn moment_words(at: Timestamp) -> String {
    let zone = reader().zone;
    let (year, month, day, hour, minute) = at.calendar(zone);
    let months = tr!("text.months");
    let month = months.split(' ').nth(usize::from(month) - 1).unwrap_or_default();
    let time = format!("{hour:02}:{minute:02}");
    tr!("text.moment", year = year, month = month, day = day, time = time, zone = zone.label())
}

/// A length of time inside a sentence, in the largest unit that says enough: `0.4 s`, `61 h`.
pub fn duration_words(millis: i64) -> String {
    match millis {
        instant if instant < 100 => tr!("text.at_once"),
        short if short < 10 * Timestamp::SECOND => {
            tr!("text.seconds", n = format!("{}.{}", short / 1_000, short % 1_000 / 100))
        }
        seconds if seconds < 2 * Timestamp::MINUTE => tr!("text.seconds", n = seconds / Timestamp::SECOND),
        minutes if minutes < 2 * Timestamp::HOUR => tr!("text.minutes", n = minutes / Timestamp::MINUTE),
        hours if hours < 4 * Timestamp::DAY => tr!("text.hours", n = hours / Timestamp::HOUR),
        days => tr!("text.days", n = days / Timestamp::DAY),
    }
}

/// An amount of money with its currency.
#[component]
pub fn Amount(#[prop(into)] money: Money) -> AnyView {
    view! { <span class="amount">{money.for_people()}</span> }.into_any()
}

/// A whole number with its digits grouped.
#[component]
pub fn Count(n: i64) -> AnyView {
    view! { <span class="count">{grouped(n)}</span> }.into_any()
}

/// A whole number with its digits grouped, as text: `−1,234`.
pub fn grouped(n: i64) -> String {
    let digits = group_digits(n.unsigned_abs());
    if n < 0 { format!("−{digits}") } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_lengths_stand_in_sentences() {
        let at = Timestamp::parse_rfc3339("2026-11-12T14:32:10Z").expect("valid");
        assert_eq!(moment_words(at), "12 Nov 2026, 14:32 UTC");
        for (millis, words) in [
            (-5, "under 0.1 s"),
            (400, "0.4 s"),
            (42_000, "42 s"),
            (61 * Timestamp::MINUTE, "61 min"),
            (61 * Timestamp::HOUR, "61 h"),
        ] {
            assert_eq!(duration_words(millis), words);
        }
        assert_eq!(duration_words(9 * Timestamp::DAY), "9 days");
    }
}
