//! Calendar days, and the named zones they are days of.

use std::fmt;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, ToSpan};
use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A calendar day, numbered from 1970-01-01. As text: `2026-11-30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Day(pub i64);

const FIRST: Date = Date::constant(1970, 1, 1);

impl Day {
    /// The day before all days of statistics.
    pub const NONE: Self = Self(0);

    /// Reads `yyyy-mm-dd`, from 1970-01-02 on.
    pub fn parse(text: &str) -> Option<Self> {
        let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let date: Date = text.parse().ok().filter(|_| is_plain)?;
        Some(Self::of(date)).filter(|day| *day > Self::NONE)
    }

    fn of(date: Date) -> Self {
        Self(i64::from(FIRST.until(date).map_or(0, |span| span.get_days())))
    }

    fn date(self) -> Date {
        FIRST.checked_add(SignedDuration::from_hours(self.0.saturating_mul(24))).unwrap_or(Date::MAX)
    }

    pub const fn plus(self, days: i64) -> Self {
        Self(self.0.saturating_add(days))
    }

    fn plus_span(self, span: Span) -> Self {
        Self::of(self.date().checked_add(span).unwrap_or(Date::MAX))
    }

    pub fn plus_months(self, months: i32) -> Self {
        self.plus_span(months.months())
    }

    pub fn plus_years(self, years: i32) -> Self {
        self.plus_span(years.years())
    }

    /// The first of its month.
    pub fn month(self) -> Self {
        Self::of(self.date().first_of_month())
    }

    /// The first of its year.
    pub fn year(self) -> Self {
        Self::of(self.date().first_of_year())
    }

    /// The Monday of its week.
    pub fn week(self) -> Self {
        self.plus(-i64::from(self.date().weekday().since(Weekday::Monday)))
    }

    /// `2026-11`.
    pub fn month_text(self) -> String {
        self.to_string().chars().take(7).collect()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date())
    }
}

/// A time zone by its name (IANA), with its summer times: days of 23 and 25 hours are what they are.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedZone {
    name: String,
    zone: TimeZone,
}

impl NamedZone {
    /// The one of a name, whatever its case.
    pub fn parse(name: &str) -> Option<Self> {
        let zone = jiff::tz::db().get(name).ok()?;
        let name = zone.iana_name()?.to_owned();
        Some(Self { name, zone })
    }

    /// The names there are.
    pub fn names() -> Vec<String> {
        jiff::tz::db().available().map(|name| name.to_string()).collect()
    }

    pub fn utc() -> Self {
        Self { name: "UTC".into(), zone: TimeZone::UTC }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The day a moment is of.
    pub fn day_of(&self, at: Timestamp) -> Day {
        let Ok(moment) = jiff::Timestamp::from_millisecond(at.0) else { return Day::NONE };
        Day::of(self.zone.to_datetime(moment).date())
    }

    /// When a day begins: at midnight, or when the clock skips midnight, at the hour it skips to.
    pub fn start_of(&self, day: Day) -> Timestamp {
        let zoned = day.date().to_zoned_datetime(self.zone.clone());
        zoned.map_or(Timestamp(day.0.saturating_mul(Timestamp::DAY)), |zoned| Timestamp(zoned.timestamp().as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap_or_else(|| panic!("{text} is a day"))
    }

    #[test]
    fn days_are_read_written_and_grouped() {
        assert_eq!(day("2026-11-30").to_string(), "2026-11-30");
        assert_eq!(day("1970-01-02"), Day(1));
        assert_eq!((day("2026-11-30").week(), day("2026-12-06").week()), (day("2026-11-30"), day("2026-11-30")));
        assert_eq!((day("2024-02-29").month(), day("2024-02-29").plus_years(1)), (day("2024-02-01"), day("2025-02-28")));
        assert_eq!((day("2026-01-31").plus_months(1), day("2026-05-05").year()), (day("2026-02-28"), day("2026-01-01")));
        for bad in ["", "2026-11-31", "1970-01-01", "2026-1-1", "today", "2026-11-30T00:00"] {
            assert_eq!(Day::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_of_23_and_25_hours_are_what_they_are() {
        let zone = NamedZone::parse("europe/BERLIN").expect("known");
        assert_eq!(zone.name(), "Europe/Berlin");
        let hours = |of: &str| (zone.start_of(day(of).plus(1)).0 - zone.start_of(day(of)).0) / Timestamp::HOUR;
        assert_eq!((hours("2026-03-29"), hours("2026-10-25"), hours("2026-06-01")), (23, 25, 24));
        let last = zone.start_of(day("2026-10-26")).plus_millis(-1);
        assert_eq!((zone.day_of(last), zone.day_of(last.plus_millis(1))), (day("2026-10-25"), day("2026-10-26")));
    }

    #[test]
    fn a_skipped_midnight_begins_later() {
        let zone = NamedZone::parse("America/Sao_Paulo").expect("known");
        let start = zone.start_of(day("2018-11-04"));
        assert_eq!(start.to_rfc3339(), "2018-11-04T03:00:00.000Z", "01:00 there");
        assert_eq!((zone.day_of(start), zone.day_of(start.plus_millis(-1))), (day("2018-11-04"), day("2018-11-03")));
        assert!(NamedZone::parse("Mars/Olympus").is_none() && NamedZone::names().len() > 300);
    }
}
