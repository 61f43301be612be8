//! A list's filters and its page, as they stand in the address.

use std::str::FromStr;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::console::reader::reader;
use crate::model::{Timestamp, ZoneOffset};

// The names that several lists use.
pub const ANY_ID: &str = "q";
pub const STORE: &str = "store";
pub const ENVIRONMENT: &str = "environment";
pub const PRODUCT: &str = "product";
pub const FROM: &str = "from";
pub const TO: &str = "to";
/// The hour and minute of these days; the whole days when empty.
pub const FROM_TIME: &str = "fromTime";
pub const TO_TIME: &str = "toTime";
pub const CURSOR: &str = "cursor";

const MINUTE_MILLIS: i64 = 60_000;

/// The query of an address, read in the reader's zone; what makes no sense is passed over.
pub struct Address<'a> {
    query: &'a ParamsMap,
    zone: ZoneOffset,
}

impl<'a> Address<'a> {
    pub fn new(query: &'a ParamsMap, zone: ZoneOffset) -> Self {
        Self { query, zone }
    }

    /// A value without the spaces around it; none when it is empty.
    pub fn text(&self, name: &str) -> Option<String> {
        self.query.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
    }

    pub fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }

    pub fn is_set(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// The moment `FROM`'s day begins, or its hour and minute.
    pub fn from(&self) -> Option<Timestamp> {
        let day = self.day(FROM)?;
        Some(day.plus_millis(self.minutes(FROM_TIME).unwrap_or(0) * MINUTE_MILLIS))
    }

    /// The moment `TO`'s day is over, or its minute.
    pub fn to(&self) -> Option<Timestamp> {
        let day = self.day(TO)?;
        Some(match self.minutes(TO_TIME) {
            Some(minutes) => day.plus_millis((minutes + 1) * MINUTE_MILLIS),
            None => day.plus_millis(Timestamp::DAY),
        })
    }

    /// A time of day `hh:mm` in minutes.
    fn minutes(&self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        let (hours, minutes) = text.split_once(':')?;
        let (hours, minutes) = (hours.parse::<i64>().ok()?, minutes.get(..2)?.parse::<i64>().ok()?);
        ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)
    }

    /// An amount as people write it, in millionths: `9.99`, `15,000`.
    pub fn amount(&self, name: &str) -> Option<i64> {
        let text = self.text(name)?.replace([',', ' '], "");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 6 || !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let millionths: i64 = format!("{fraction:0<6}").parse().ok()?;
        whole.parse::<i64>().ok()?.checked_mul(1_000_000)?.checked_add(millionths)
    }

    fn day(&self, name: &str) -> Option<Timestamp> {
        Timestamp::parse_day(&self.text(name)?, self.zone)
    }
}

/// What a list looks for, read from the address by the list's own `read`.
pub fn use_search<Q: PartialEq + Send + Sync + 'static>(read: fn(&Address) -> Q) -> Memo<Q> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| read(&Address::new(query, reader().zone))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whole_days_of_the_readers_zone_and_passes_nonsense_over() {
        let mut query = ParamsMap::new();
        for (name, value) in [("q", " GPA.1 "), ("kind", " "), ("store", "AS"), ("from", "2026-11-24"), ("to", "2026-11-24")] {
            query.insert(name, value.to_owned());
        }
        let address = Address::new(&query, ZoneOffset::KST);
        assert_eq!((address.text(ANY_ID).as_deref(), address.text("kind"), address.text("none")), (Some("GPA.1"), None, None));
        assert_eq!((address.parsed::<i64>(STORE), address.is_set(STORE), address.is_set("kind")), (None, true, false));
        assert_eq!(address.from(), Timestamp::parse_rfc3339("2026-11-23T15:00:00Z"));
        assert_eq!(address.to(), Timestamp::parse_rfc3339("2026-11-24T15:00:00Z"));
        query.insert(FROM_TIME, "09:30".to_owned());
        query.insert(TO_TIME, "10:00".to_owned());
        let address = Address::new(&query, ZoneOffset::KST);
        assert_eq!(address.from(), Timestamp::parse_rfc3339("2026-11-24T00:30:00Z"));
        assert_eq!(address.to(), Timestamp::parse_rfc3339("2026-11-24T01:01:00Z"));
        for (text, micros) in [("9.99", Some(9_990_000)), ("15,000", Some(15_000_000_000)), ("1.2345678", None), ("-1", None)] {
            query.replace("price", text.to_owned());
            assert_eq!(Address::new(&query, ZoneOffset::KST).amount("price"), micros, "{text}");
        }
        query.replace(FROM, "soon".to_owned());
        assert_eq!(Address::new(&query, ZoneOffset::KST).from(), None);
    }
}
