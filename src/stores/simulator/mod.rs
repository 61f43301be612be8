//! The store simulator's own signatures: `authority` holds its certificates and keys, `payloads` writes what stores would
//! sign. Both are pure: time and ids come in as arguments.

mod authority;
mod payloads;

pub use authority::Authority;
pub use payloads::{app_transaction, apple_id, customer_id, random, renewal_info, storefront_of, transaction, transaction_id};
