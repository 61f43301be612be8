//! Times of the day as people write them: `7pm`, `19:05`, `오후 3시 반`, `저녁 7시쯤`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::clean::{pattern, take};
use crate::model::Timestamp;

const HALF_DAY: i64 = 12 * Timestamp::HOUR;

static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:(?<part>오전|오후|아침|저녁|밤|새벽|낮|점심)\s*)?(?<h>\d{1,2}):(?<m>[0-5]\d)(?::[0-5]\d(?:\.\d+)?)?\s*(?<half>[ap]\.?m\.?)?",
    )
});
static HOUR_EN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?<h>\d{1,2})\s*(?<half>[ap]\.?m\b\.?)|\bat\s+(?<at>\d{1,2})(?:\s*o'?clock\b|\s|$)"));
static HOUR_KO: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:(?<part>오전|오후|아침|저녁|밤|새벽|낮|점심)\s*)?(?<h>\d{1,2})\s?시(?:\s*(?:(?<m>\d{1,2})\s?분|(?<mid>반)))?(?:쯤|경|정도)?",
    )
});
static PART: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"오전|오후|아침|저녁|한밤|밤|새벽|점심|한낮|정오|자정|\bmorning\b|\bafternoon\b|\bevening\b|\bnight\b|\btonight\b|\bnoon\b|\bmidnight\b",
    )
});

/// Milliseconds from the beginning of the day.
pub(super) fn of_day(hour: u8, minute: u8) -> i64 {
    i64::from(hour) * Timestamp::HOUR + i64::from(minute) * Timestamp::MINUTE
}

/// Takes the times out of a text. One that may be before or after noon is both.
pub(super) fn read(text: &mut String) -> Vec<i64> {
    let mut hours: Vec<i64> = take(text, &CLOCK, clock).concat();
    hours.extend(take(text, &HOUR_KO, clock).concat());
    hours.extend(take(text, &HOUR_EN, clock).concat());
    if hours.is_empty() {
        // A part of a day stays in the text: `this morning` says the day too.
        hours.extend(PART.find_iter(text).filter_map(|part| middle_of(part.as_str())));
    }
    hours
}

fn clock(it: &Captures<'_>) -> Option<Vec<i64>> {
    let hour = it.name("h").or_else(|| it.name("at"))?.as_str().parse::<u8>().ok().filter(|hour| *hour <= 24)?;
    let minute = it.name("m").map_or(Some(0), |minute| minute.as_str().parse::<u8>().ok())?;
    let minute = if it.name("mid").is_some() { 30 } else { minute };
    let at = of_day(hour, minute);
    let half = it.name("half").map(|half| half.as_str().to_lowercase());
    let part = it.name("part").map(|part| part.as_str());
    Some(match (half.as_deref().and_then(|half| half.chars().next()), part) {
        (Some('p'), _) | (_, Some("오후" | "저녁" | "낮" | "점심")) if hour < 12 => vec![at + HALF_DAY],
        (Some('a'), _) | (_, Some("오전" | "아침" | "새벽")) if hour == 12 => vec![at - HALF_DAY],
        // 밤 12시 is midnight, 밤 11시 before it, 밤 1시 after it.
        (_, Some("밤")) if hour == 12 => vec![at - HALF_DAY, 2 * HALF_DAY],
        (_, Some("밤")) if (6..12).contains(&hour) => vec![at + HALF_DAY],
        (Some(_), _) | (_, Some(_)) => vec![at],
        _ if (1..12).contains(&hour) && it.name("m").is_none_or(|_| !it[0].contains(':')) => vec![at, at + HALF_DAY],
        _ => vec![at],
    })
}

fn middle_of(part: &str) -> Option<i64> {
    let hour = match part.to_lowercase().as_str() {
        "오전" | "아침" | "morning" => 9,
        "점심" | "한낮" | "정오" | "noon" => 12,
        "오후" | "afternoon" => 15,
        "저녁" | "evening" => 19,
        "밤" | "한밤" | "night" | "tonight" => 22,
        "새벽" => 3,
        "자정" | "midnight" => 0,
        _ => return None,
    };
    Some(hour * Timestamp::HOUR)
}
