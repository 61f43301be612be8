//! The list's filters, as they stand in the address.

use crate::console::pages::list::Address;
pub use crate::console::pages::list::{ANY_ID, CURSOR, ENVIRONMENT, FROM, FROM_TIME, PRODUCT, STORE, TO, TO_TIME};
use crate::model::PaymentQuery;

pub const STATUS: &str = "status";
pub const UNCONSUMED: &str = "unconsumed";
pub const WITHHELD: &str = "withheld";
pub const ATTENTION: &str = "attention";
pub const OFFER: &str = "offer";
pub const DISCOUNT: &str = "discount";
pub const SOURCE: &str = "source";
pub const APP: &str = "app";
pub const PRICE_FROM: &str = "priceFrom";
pub const PRICE_TO: &str = "priceTo";
pub const CURRENCY: &str = "currency";
/// Set when the list is to be added up.
pub const TOTALS: &str = "totals";
pub const REFUSAL: &str = "refusal";
pub const SORT: &str = "sort";
/// The other order than newest first.
pub const OLDEST: &str = "oldest";
pub const ALL: [&str; 21] = [
    ANY_ID,
    STATUS,
    STORE,
    APP,
    ENVIRONMENT,
    PRODUCT,
    PRICE_FROM,
    PRICE_TO,
    CURRENCY,
    FROM,
    FROM_TIME,
    TO,
    TO_TIME,
    UNCONSUMED,
    WITHHELD,
    ATTENTION,
    OFFER,
    DISCOUNT,
    SOURCE,
    REFUSAL,
    SORT,
];

/// The filters of an address.
pub fn read(address: &Address) -> PaymentQuery {
    PaymentQuery {
        any_id: address.text(ANY_ID),
        status: address.parsed(STATUS),
        store: address.parsed(STORE),
        environment: address.parsed(ENVIRONMENT),
        product: address.text(PRODUCT),
        app: address.parsed(APP),
        price_from_micros: address.amount(PRICE_FROM),
        price_to_micros: address.amount(PRICE_TO),
        currency: address.text(CURRENCY).map(|currency| currency.to_ascii_uppercase()),
        unconsumed: address.is_set(UNCONSUMED),
        withheld: address.is_set(WITHHELD),
        attention: address.parsed(ATTENTION),
        offer_type: address.parsed(OFFER),
        discount_type: address.parsed(DISCOUNT),
        source: address.parsed(SOURCE),
        refusal: address.parsed(REFUSAL),
        oldest_first: address.text(SORT).is_some_and(|sort| sort == OLDEST),
        from: address.from(),
        to: address.to(),
        cursor: address.text(CURSOR),
        ..PaymentQuery::default()
    }
}
