//! The list's filters, as they stand in the address.

pub use crate::console::pages::list::{ANY_ID, ENVIRONMENT, FROM, STORE, TO};
use crate::console::pages::list::{Address, CURSOR};
use crate::model::NotificationQuery;

pub const STATUS: &str = "status";
pub const SOURCE: &str = "source";
pub const KIND: &str = "kind";
pub const ALL: [&str; 8] = [ANY_ID, STATUS, STORE, ENVIRONMENT, SOURCE, KIND, FROM, TO];

/// The filters of an address.
pub fn read(address: &Address) -> NotificationQuery {
    NotificationQuery {
        any_id: address.text(ANY_ID),
        status: address.parsed(STATUS),
        store: address.parsed(STORE),
        environment: address.parsed(ENVIRONMENT),
        source: address.parsed(SOURCE),
        kind: address.text(KIND).map(|text| text.to_uppercase()),
        from: address.from(),
        to: address.to(),
        cursor: address.text(CURSOR),
        ..NotificationQuery::default()
    }
}
