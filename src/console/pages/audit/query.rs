//! The log's filters, as they stand in the address.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::console::reader::reader;
use crate::model::{AuditQuery, ProjectId, Timestamp, ZoneOffset};

pub const ACTOR: &str = "actor";
pub const ACTION: &str = "action";
pub const PROJECT: &str = "project";
pub const TARGET: &str = "target";
pub const FROM: &str = "from";
pub const TO: &str = "to";
pub const CURSOR: &str = "cursor";
const ALL: [&str; 6] = [ACTOR, ACTION, PROJECT, TARGET, FROM, TO];

/// The filters of the address; what makes no sense is passed over.
pub fn use_audit_query() -> Memo<AuditQuery> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|map| read(map, reader().zone)))
}

/// The filters as address pairs, without the page.
pub fn use_pairs() -> Memo<Vec<(&'static str, String)>> {
    let query = use_query_map();
    let value = |map: &ParamsMap, name| map.get(name).filter(|value| !value.is_empty()).map(|value| (name, value));
    Memo::new(move |_| query.with(|map| ALL.iter().filter_map(|name| value(map, *name)).collect()))
}

/// The filters of a query; what makes no sense is passed over.
pub fn read(map: &ParamsMap, zone: ZoneOffset) -> AuditQuery {
    let value = |name: &str| map.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let day = |name: &str| value(name).and_then(|day| Timestamp::parse_day(&day, zone));
    AuditQuery {
        actor: value(ACTOR),
        action: value(ACTION),
        project: value(PROJECT).map(ProjectId),
        target: value(TARGET),
        from: day(FROM),
        to: day(TO).map(|day| day.plus_millis(Timestamp::DAY)),
        cursor: value(CURSOR),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_whole_days_of_the_readers_zone() {
        let mut map = ParamsMap::new();
        for (name, value) in [("actor", " kim@example.com "), ("target", ""), ("from", "2026-11-24"), ("to", "2026-11-24")] {
            map.insert(name, value.to_owned());
        }
        let query = read(&map, ZoneOffset::KST);
        assert_eq!((query.actor.as_deref(), query.target), (Some("kim@example.com"), None));
        assert_eq!(query.from, Timestamp::parse_rfc3339("2026-11-23T15:00:00Z"));
        assert_eq!(query.to, Timestamp::parse_rfc3339("2026-11-24T15:00:00Z"));
    }
}
