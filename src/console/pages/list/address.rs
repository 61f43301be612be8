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
pub const CURSOR: &str = "cursor";

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

    /// The moment `FROM`'s day begins.
    pub fn from(&self) -> Option<Timestamp> {
        self.day(FROM)
    }

    /// The moment `TO`'s day is over.
    pub fn to(&self) -> Option<Timestamp> {
        self.day(TO).map(|day| day.plus_millis(Timestamp::DAY))
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
        query.replace(FROM, "soon".to_owned());
        assert_eq!(Address::new(&query, ZoneOffset::KST).from(), None);
    }
}
