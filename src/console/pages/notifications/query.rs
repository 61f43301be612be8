//! The list's filters, as they stand in the address.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::console::reader::reader;
use crate::model::{NotificationQuery, Timestamp, ZoneOffset};

pub const ANY_ID: &str = "q";
pub const STATUS: &str = "status";
pub const STORE: &str = "store";
pub const ENVIRONMENT: &str = "environment";
pub const SOURCE: &str = "source";
pub const KIND: &str = "kind";
pub const FROM: &str = "from";
pub const TO: &str = "to";
pub const CURSOR: &str = "cursor";
pub const ALL: [&str; 8] = [ANY_ID, STATUS, STORE, ENVIRONMENT, SOURCE, KIND, FROM, TO];

/// The filters of the address; what makes no sense is passed over.
pub fn use_notification_query() -> Memo<NotificationQuery> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|map| read(map, reader().zone)))
}

fn read(map: &ParamsMap, zone: ZoneOffset) -> NotificationQuery {
    let value = |name: &str| map.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    NotificationQuery {
        any_id: value(ANY_ID),
        status: value(STATUS).and_then(|text| text.parse().ok()),
        store: value(STORE).and_then(|text| text.parse().ok()),
        environment: value(ENVIRONMENT).and_then(|text| text.parse().ok()),
        source: value(SOURCE).and_then(|text| text.parse().ok()),
        kind: value(KIND).map(|text| text.to_uppercase()),
        from: value(FROM).and_then(|day| Timestamp::parse_day(&day, zone)),
        to: value(TO).and_then(|day| Timestamp::parse_day(&day, zone)).map(|day| day.plus_millis(Timestamp::DAY)),
        cursor: value(CURSOR),
        ..NotificationQuery::default()
    }
}
