//! The Apple App Store. A signed transaction is verified offline: `jws` takes the token apart, `chain` leads its
//! certificates to a root from `roots`, `signed_data` checks the signature, `transaction` reads what was bought, `renewal`
//! how it goes on, `notice` what the store tells of both; `unsigned` reads notices of the deprecated first form. `api` asks the store itself, `answers`
//! keeps what it said of proofs that only name a purchase; `payloads` are the shapes of all that
//! Apple signs, `read` verifies and reads them.

mod answers;
pub mod api;
mod cache;
mod certificate;
mod chain;
mod check;
mod jws;
mod key;
mod legacy;
mod notice;
mod offer;
pub mod payloads;
mod read;
mod receipt;
mod renewal;
mod roots;
mod signed_data;
mod standing;
mod store;
#[cfg(test)]
mod tests;
mod transaction;
mod unsigned;

pub use key::{SigningKey, is_private_key};
pub use notice::decode_notice;
pub use offer::{OfferRequest, SignedOffer};
pub use roots::check_root;
pub use standing::is_transaction_id;
pub use store::AppleStore;
pub use transaction::read_purchase;
pub use unsigned::{UnsignedNotice, is_unsigned_notice, read_kept_notice, read_unsigned_notice, takes_unsigned_notices};
