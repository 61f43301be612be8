//! The store simulator's own signatures: `authority` holds its certificates and keys, `mint` writes what stores would
//! sign. Both are pure: time and ids come in as arguments.

mod authority;
mod mint;

pub use authority::Authority;
pub use mint::{OneTimePurchase, Storefront, one_time_transaction, transaction_id};
