//! The list's filters, as they stand in the address.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::console::reader::reader;
use crate::model::{SubscriptionQuery, Timestamp, ZoneOffset};

pub const ANY_ID: &str = "q";
pub const STATE: &str = "state";
pub const STORE: &str = "store";
pub const ENVIRONMENT: &str = "environment";
pub const PRODUCT: &str = "product";
pub const FROM: &str = "from";
pub const TO: &str = "to";
pub const CURSOR: &str = "cursor";
pub const ALL: [&str; 7] = [ANY_ID, STATE, STORE, ENVIRONMENT, PRODUCT, FROM, TO];

/// The filters of the address; what makes no sense is passed over.
pub fn use_subscription_query() -> Memo<SubscriptionQuery> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|map| read(map, reader().zone)))
}

fn read(map: &ParamsMap, zone: ZoneOffset) -> SubscriptionQuery {
    let value = |name: &str| map.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    SubscriptionQuery {
        any_id: value(ANY_ID),
        state: value(STATE).and_then(|text| text.parse().ok()),
        store: value(STORE).and_then(|text| text.parse().ok()),
        environment: value(ENVIRONMENT).and_then(|text| text.parse().ok()),
        product_id: value(PRODUCT),
        from: value(FROM).and_then(|day| Timestamp::parse_day(&day, zone)),
        to: value(TO).and_then(|day| Timestamp::parse_day(&day, zone)).map(|day| day.plus_millis(Timestamp::DAY)),
        cursor: value(CURSOR),
        ..SubscriptionQuery::default()
    }
}
