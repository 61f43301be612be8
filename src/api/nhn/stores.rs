//! What NHN's forms say differently of one store than of the others.

use crate::model::{Payment, StoreCode};

/// The store whose subscriptions on hold can be asked for, and whose subscriptions a server can end.
pub const SERVER_ENDED: StoreCode = StoreCode::GooglePlay;

/// The store's code as legacy calls print it.
pub const fn legacy_market(store: StoreCode) -> &'static str {
    match store {
        StoreCode::OneStore => "TS",
        other => other.as_str(),
    }
}

/// The purchase's token as Gamebase prints it: for the one store that it is needed for.
pub fn payment_token(payment: &Payment) -> Option<String> {
    payment.purchase_token.clone().filter(|_| payment.store == StoreCode::OneStore)
}
