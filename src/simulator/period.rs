//! Lengths of subscription periods, as stores write them: ISO 8601 with one number, `P3D`, `P1W`, `P1M`, `P1Y`, and
//! `PT5M` for those who will not wait.

use time::{Date, Month, OffsetDateTime};

use crate::model::Timestamp;

const COUNT_MAX: i64 = 366;
const MONTHS_A_YEAR: i64 = 12;

/// How long a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Period {
    Millis(i64),
    Months(i64),
}

impl Period {
    /// Reads a period; none when it is written otherwise, empty or longer than anybody sells.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('P')?;
        let (rest, is_clock) = rest.strip_prefix('T').map_or((rest, false), |rest| (rest, true));
        let unit = rest.chars().last().filter(char::is_ascii_alphabetic)?;
        let digits = &rest[..rest.len() - 1];
        let count: i64 = digits.parse().ok().filter(|count| (1..=COUNT_MAX).contains(count) && !digits.starts_with('+'))?;
        match (is_clock, unit) {
            (false, 'D') => Some(Self::Millis(count * Timestamp::DAY)),
            (false, 'W') => Some(Self::Millis(count * 7 * Timestamp::DAY)),
            (false, 'M') => Some(Self::Months(count)),
            (false, 'Y') => Some(Self::Months(count * MONTHS_A_YEAR)),
            (true, 'S') => Some(Self::Millis(count * Timestamp::SECOND)),
            (true, 'M') => Some(Self::Millis(count * Timestamp::MINUTE)),
            (true, 'H') => Some(Self::Millis(count * Timestamp::HOUR)),
            _ => None,
        }
    }

    /// The moment it ends that began then; the last of the month where there is no such day.
    pub(super) fn end(self, start: Timestamp) -> Timestamp {
        match self {
            Self::Millis(millis) => start.plus_millis(millis),
            Self::Months(months) => plus_months(start, months),
        }
    }
}

fn plus_months(start: Timestamp, months: i64) -> Timestamp {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(start.0) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let index = i64::from(moment.year()) * MONTHS_A_YEAR + i64::from(u8::from(moment.month())) - 1 + months;
    let (year, month) = (index.div_euclid(MONTHS_A_YEAR), index.rem_euclid(MONTHS_A_YEAR) + 1);
    let date = i32::try_from(year).ok().zip(u8::try_from(month).ok().and_then(|month| Month::try_from(month).ok()));
    let date = date.and_then(|(year, month)| {
        let day = moment.day().min(month.length(year));
        Date::from_calendar_date(year, month, day).ok()
    });
    let Some(date) = date else { return start };
    let nanos = date.with_time(moment.time()).assume_utc().unix_timestamp_nanos();
    Timestamp(i64::try_from(nanos / 1_000_000).unwrap_or(start.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(start: &str, period: &str) -> String {
        let start = Timestamp::parse_rfc3339(start).expect("a moment");
        Period::parse(period).expect("a period").end(start).to_rfc3339()
    }

    #[test]
    fn months_end_where_the_calendar_says() {
        assert_eq!(end("2026-01-31T12:00:00Z", "P1M"), "2026-02-28T12:00:00.000Z");
        assert_eq!(end("2026-12-15T00:00:00Z", "P1M"), "2027-01-15T00:00:00.000Z");
        assert_eq!(end("2028-02-29T00:00:00Z", "P1Y"), "2029-02-28T00:00:00.000Z");
        assert_eq!(end("2026-01-01T00:00:00Z", "P1W"), "2026-01-08T00:00:00.000Z");
        assert_eq!(end("2026-01-01T00:00:00Z", "PT5M"), "2026-01-01T00:05:00.000Z");
    }

    #[test]
    fn nothing_else_is_a_period() {
        for text in ["", "P", "PM", "P0D", "P-1D", "P+1D", "P1", "1M", "P1M2D", "PT1D", "P1H", "P367D", "P한", "P1월"] {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }
}
