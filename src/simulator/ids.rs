//! Numbers the simulator gives out. Knows no store: each makes its own order ids.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};

use crate::error::{Error, Result};
use crate::model::StoreEnvironment;

const CUSTOMER_ID_FIRST: u64 = 704_000_000_000_000_000;
const CUSTOMER_ID_COUNT: u64 = 1_000_000_000_000_000;

/// A whole number by chance.
pub(super) fn random() -> Result<u64> {
    let mut bytes = [0; 8];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no randomness"))?;
    Ok(u64::from_be_bytes(bytes))
}

/// The id of a store account in an app: always the same for the same account.
pub(super) fn customer_id(environment: StoreEnvironment, store_app_id: &str, account: &str) -> String {
    let number = hash_number(&[environment.as_str(), store_app_id, account]);
    (CUSTOMER_ID_FIRST + number % CUSTOMER_ID_COUNT).to_string()
}

/// A number made from texts: always the same for the same texts.
pub(super) fn hash_number(parts: &[&str]) -> u64 {
    let hash = digest(&SHA256, parts.join("\n").as_bytes());
    hash.as_ref().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
