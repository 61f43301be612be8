//! USE CASE: who did what; written in the same transaction as the change, searched later. May call `db`.

mod by;
mod list;
mod record;

pub use by::{By, SignedIn};
pub use list::{list, list_actions};
pub use record::{Change, Stamp, record};
