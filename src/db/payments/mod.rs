//! Payments. Every query starts from the project, or from an app of one; every change asks and sets in one statement.

mod find;
mod list;
mod row;
mod write;

pub use find::{find, find_by_order, find_consume_key};
pub use list::{Keys, latest_of_subscriptions, list, list_unconsumed, resolve};
pub use write::{
    NewPayment, Settlement, Verdict, insert, mark_closed, mark_consumed, mark_refunded, mark_refused, mark_verified,
};
