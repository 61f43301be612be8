//! The Apple App Store. A signed transaction is verified offline: `jws` takes the token apart, `chain` leads its
//! certificates to a root from `roots`, `signed_data` checks the signature, `transaction` reads what was bought, `renewal`
//! how it goes on, `notification` what the store tells of both; `unsigned` reads notifications of the deprecated first form. `api` asks the store itself, `answers`
//! keeps what it said of proofs that only name a purchase; `catalog` reads the products from App Store Connect; `payloads` are the wire of all that
//! Apple signs, `read` verifies and reads them.

mod actions;
mod addressee;
mod answers;
pub mod api;
mod cache;
mod catalog;
mod certificate;
mod chain;
mod check;
mod effect;
mod fetch;
mod jws;
mod key;
mod legacy;
mod notification;
mod offer;
pub mod payloads;
mod read;
mod receipt;
mod receipt_text;
mod renewal;
mod roots;
mod sent;
mod settings;
mod signed_data;
mod simulated_key;
mod store;
#[cfg(test)]
mod tests;
mod transaction;
mod unsigned;
mod unsigned_items;

pub use key::{CONNECT_KEY, KeyFields, PURCHASE_KEY, SigningKey, is_private_key};
pub use receipt::list_receipt_ids;
pub use roots::check_root;
pub use settings::FIELDS;
pub use simulated_key::simulated_fields;
pub use store::AppleStore;
pub use transaction::read_purchase;
