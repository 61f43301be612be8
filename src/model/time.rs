//! Points in time as epoch milliseconds, and how they are written.

use serde::{Deserialize, Serialize};
use time::format_description::well_known::{Rfc2822, Rfc3339};
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z. As text: RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Timestamp(pub i64);

/// How far the reader's clock is from UTC, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ZoneOffset(pub i16);

impl ZoneOffset {
    pub const UTC: Self = Self(0);
    pub const KST: Self = Self(9 * 60);
    const MINUTES_MAX: i16 = 14 * 60;

    /// Reads minutes east of UTC; none when no zone on earth is that far off.
    pub fn parse(text: &str) -> Option<Self> {
        let minutes: i16 = text.parse().ok()?;
        (minutes.abs() <= Self::MINUTES_MAX).then_some(Self(minutes))
    }

    fn offset(self) -> UtcOffset {
        UtcOffset::from_whole_seconds(i32::from(self.0) * 60).unwrap_or(UtcOffset::UTC)
    }

    /// `UTC`, `UTC+9`, `UTC−3:30`.
    pub fn label(self) -> String {
        let (hours, minutes) = (self.0.abs() / 60, self.0.abs() % 60);
        let sign = if self.0 < 0 { '−' } else { '+' };
        match (self.0, minutes) {
            (0, _) => "UTC".into(),
            (_, 0) => format!("UTC{sign}{hours}"),
            _ => format!("UTC{sign}{hours}:{minutes:02}"),
        }
    }
}

/// How far Korea's clocks are ahead of UTC.
const KST_MILLIS: i64 = 9 * Timestamp::HOUR;

impl Timestamp {
    pub const SECOND: i64 = 1_000;
    pub const MINUTE: i64 = 60 * Self::SECOND;
    pub const HOUR: i64 = 60 * Self::MINUTE;
    pub const DAY: i64 = 24 * Self::HOUR;

    fn date_time(self, zone: ZoneOffset) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(zone.offset())
    }

    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-23T09:00:00.000Z`.
    pub fn to_rfc3339(self) -> String {
        let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
        self.date_time(ZoneOffset::UTC).format(format).unwrap_or_default()
    }

    /// Reads RFC 3339 of any offset.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
    }

    /// Reads a date as HTTP headers carry it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let moment = OffsetDateTime::parse(text, &Rfc2822).ok()?;
        moment.unix_timestamp().checked_mul(Self::SECOND).map(Self)
    }

    /// The first moment of a calendar day `yyyy-mm-dd` in a zone.
    pub fn parse_day(text: &str, zone: ZoneOffset) -> Option<Self> {
        let date = time::Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
        let moment = date.midnight().assume_offset(zone.offset());
        i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
    }

    /// The calendar day in a zone: `2026-11-23`.
    pub fn day(self, zone: ZoneOffset) -> String {
        self.date_time(zone).format(format_description!("[year]-[month]-[day]")).unwrap_or_default()
    }

    /// The calendar day in Korea as a number, as payment numbers start: 20261123.
    pub fn day_number_kst(self) -> i64 {
        let date = self.date_time(ZoneOffset::KST).date();
        i64::from(date.year()) * 10_000 + i64::from(u8::from(date.month())) * 100 + i64::from(date.day())
    }

    /// How much of the day in Korea is over.
    pub fn millis_of_day_kst(self) -> i64 {
        self.plus_millis(KST_MILLIS).0.rem_euclid(Self::DAY)
    }

    /// When the day in Korea is over.
    pub fn end_of_day_kst(self) -> Self {
        self.plus_millis(Self::DAY - self.millis_of_day_kst())
    }

    /// Year, month, day, hour and minute in a zone.
    pub fn calendar(self, zone: ZoneOffset) -> (i32, u8, u8, u8, u8) {
        let at = self.date_time(zone);
        (at.year(), at.month().into(), at.day(), at.hour(), at.minute())
    }

    /// Date and time in a zone, to the second, without the zone's name: `2026-11-23 18:00:00`.
    pub fn for_people(self, zone: ZoneOffset) -> String {
        let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        self.date_time(zone).format(format).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Timestamp = Timestamp(1_795_424_400_123); // 2026-11-23T09:00:00.123Z

    #[test]
    fn writes_and_reads_rfc3339() {
        assert_eq!(MOMENT.to_rfc3339(), "2026-11-23T09:00:00.123Z");
        assert_eq!(Timestamp::parse_rfc3339("2026-11-23T18:00:00.123+09:00"), Some(MOMENT));
        assert_eq!(Timestamp::parse_rfc3339("yesterday"), None);
        assert_eq!(Timestamp::parse_http_date("Mon, 23 Nov 2026 09:00:00 GMT"), Some(Timestamp(1_795_424_400_000)));
    }

    #[test]
    fn knows_days_by_zone() {
        let late = Timestamp::parse_rfc3339("2026-11-23T16:00:00Z").expect("valid");
        assert_eq!(late.day_number_kst(), 20_261_124);
        assert_eq!((late.end_of_day_kst(), late.millis_of_day_kst()), (late.plus_millis(23 * Timestamp::HOUR), Timestamp::HOUR));
        assert_eq!(late.day(ZoneOffset::UTC), "2026-11-23");
        assert_eq!(Timestamp::parse_day("2026-11-24", ZoneOffset::KST), Timestamp::parse_rfc3339("2026-11-23T15:00:00Z"));
    }

    #[test]
    fn labels_zones() {
        assert_eq!(ZoneOffset::UTC.label(), "UTC");
        assert_eq!(ZoneOffset::KST.label(), "UTC+9");
        assert_eq!(ZoneOffset(-210).label(), "UTC−3:30");
        assert_eq!(ZoneOffset::parse("900"), None);
    }
}
