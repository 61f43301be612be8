//! USE CASE: who did what; written in the same transaction as the change, searched later. May call `db`.

mod by;
mod record;

pub use by::{By, SignedIn};
pub use record::{Change, record};
