//! The list's filters, as they stand in the address.

pub use crate::console::pages::list::{ANY_ID, ENVIRONMENT, FROM, PRODUCT, STORE, TO};
use crate::console::pages::list::{Address, CURSOR};
use crate::model::SubscriptionQuery;

pub const STATE: &str = "state";
pub const ALL: [&str; 7] = [ANY_ID, STATE, STORE, ENVIRONMENT, PRODUCT, FROM, TO];

/// The filters of an address.
pub fn read(address: &Address) -> SubscriptionQuery {
    SubscriptionQuery {
        any_id: address.text(ANY_ID),
        state: address.parsed(STATE),
        store: address.parsed(STORE),
        environment: address.parsed(ENVIRONMENT),
        product_id: address.text(PRODUCT),
        from: address.from(),
        to: address.to(),
        cursor: address.text(CURSOR),
        ..SubscriptionQuery::default()
    }
}
