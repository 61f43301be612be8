//! The Apple App Store. A signed transaction is verified offline: `jws` takes the token apart, `chain` leads its
//! certificates to a root from `roots`, `signed_data` checks the signature, `transaction` reads what was bought.

mod cache;
mod certificate;
mod chain;
mod jws;
mod roots;
mod signed_data;
mod store;
#[cfg(test)]
mod tests;
mod transaction;

pub use roots::check_root;
pub use store::AppleStore;
