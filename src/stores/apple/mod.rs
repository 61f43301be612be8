//! The Apple App Store. A signed transaction is verified offline: `jws` takes the token apart, `chain` leads its
//! certificates to a root from `roots`, `signed_data` checks the signature, `transaction` reads what was bought, `renewal`
//! how it goes on, `notification` what the store tells of both; `unsigned` reads notifications of the deprecated first form. `api` asks the store itself, `answers`
//! keeps what it said of proofs that only name a purchase; `payloads` are the wire of all that
//! Apple signs, `read` verifies and reads them.

mod addressee;
mod answers;
pub mod api;
mod cache;
mod certificate;
mod chain;
mod check;
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
mod signed_data;
mod standing;
mod store;
#[cfg(test)]
mod tests;
mod transaction;
mod unsigned;
mod unsigned_items;

pub use key::{SigningKey, is_private_key};
pub use notification::decode_notification;
pub use offer::{OfferRequest, SignedOffer};
pub use roots::check_root;
pub use standing::is_transaction_id;
pub use store::AppleStore;
pub use transaction::read_purchase;
pub use unsigned::{
    UnsignedNotification, is_unsigned_notification, read_kept_notification, read_unsigned_notification,
    takes_unsigned_notifications,
};
