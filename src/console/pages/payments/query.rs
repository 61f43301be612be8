//! The list's filters, as they stand in the address.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::console::reader::reader;
use crate::model::{PaymentQuery, Timestamp, ZoneOffset};

pub const ANY_ID: &str = "q";
pub const STATUS: &str = "status";
pub const STORE: &str = "store";
pub const ENVIRONMENT: &str = "environment";
pub const PRODUCT: &str = "product";
pub const FROM: &str = "from";
pub const TO: &str = "to";
pub const UNCONSUMED: &str = "unconsumed";
pub const WITHHELD: &str = "withheld";
pub const OFFER: &str = "offer";
pub const SOURCE: &str = "source";
pub const SORT: &str = "sort";
pub const CURSOR: &str = "cursor";
/// The other order than newest first.
pub const OLDEST: &str = "oldest";
const ALL: [&str; 12] = [ANY_ID, STATUS, STORE, ENVIRONMENT, PRODUCT, FROM, TO, UNCONSUMED, WITHHELD, OFFER, SOURCE, SORT];

/// The filters of the address; what makes no sense is passed over.
pub fn use_payment_query() -> Memo<PaymentQuery> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|map| read(map, reader().zone)))
}

/// The filters as address pairs, without the page.
pub fn use_pairs() -> Memo<Vec<(&'static str, String)>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|map| ALL.iter().filter_map(|name| Some((*name, map.get(name)?))).collect()))
}

/// The filters of a query; what makes no sense is passed over.
pub fn read(map: &ParamsMap, zone: ZoneOffset) -> PaymentQuery {
    let value = |name: &str| map.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    PaymentQuery {
        any_id: value(ANY_ID),
        status: value(STATUS).and_then(|text| text.parse().ok()),
        store: value(STORE).and_then(|text| text.parse().ok()),
        environment: value(ENVIRONMENT).and_then(|text| text.parse().ok()),
        product_id: value(PRODUCT),
        unconsumed: value(UNCONSUMED).is_some(),
        withheld: value(WITHHELD).is_some(),
        offer_type: value(OFFER).and_then(|text| text.parse().ok()),
        source: value(SOURCE).and_then(|text| text.parse().ok()),
        oldest_first: value(SORT).is_some_and(|sort| sort == OLDEST),
        from: value(FROM).and_then(|day| Timestamp::parse_day(&day, zone)),
        to: value(TO).and_then(|day| Timestamp::parse_day(&day, zone)).map(|day| day.plus_millis(Timestamp::DAY)),
        cursor: value(CURSOR),
        ..PaymentQuery::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_days_in_the_readers_zone_and_passes_nonsense_over() {
        let mut map = ParamsMap::new();
        for (name, value) in [("q", " GPA.1 "), ("status", "GOOD"), ("store", "AS"), ("from", "2026-11-24"), ("to", "2026-11-24")]
        {
            map.insert(name, value.to_owned());
        }
        let query = read(&map, ZoneOffset::KST);
        assert_eq!(query.any_id.as_deref(), Some("GPA.1"));
        assert_eq!((query.status, query.store.map(|store| store.as_str())), (None, Some("AS")));
        assert_eq!(query.from, Timestamp::parse_rfc3339("2026-11-23T15:00:00Z"));
        assert_eq!(query.to, Timestamp::parse_rfc3339("2026-11-24T15:00:00Z"));
    }
}
