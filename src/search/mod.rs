//! USE CASE: finding anything by whatever people paste. `read` makes ids, amounts and days of a text, `find` looks for them, the best
//! match first; `store` asks a store about an id nothing is recorded under, and adds what it answers; `index` gives payments the keys by
//! which other spellings and parts of their ids are found. May call `db`, `stores`, `ledger`, and the public functions of `catalog`,
//! `notifications`, `payments`, `projects`, `subscriptions` and `audit`. What is searched for is never logged: it may be a receipt.

mod described;
mod find;
mod index;
mod products;
mod read;
mod store;
mod tolerant;

pub use find::{TEXT_BYTES_MAX, search};
pub use index::{index_new, index_verified_later};
pub use store::{LookedUp, StorePurchase, adopt, look_up};
