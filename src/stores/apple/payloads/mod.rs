//! What Apple signs, one struct per wire shape. Everything may be absent, ids are text, words and numbers that stand for
//! something are kept as they came, and members we do not know are kept beside the others.

mod app_transaction;
mod lenient;
mod renewal_info;
mod transaction;

pub use app_transaction::AppTransaction;
pub use renewal_info::{RenewalCommitment, RenewalInfo};
pub use transaction::{Commitment, Transaction};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::jws::Payload;
use crate::stores::Refusal;

/// Members we have no name for.
pub type Others = Map<String, Value>;

/// A payload whose signature was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Signed<T> {
    /// The compact JWS as the store sent it.
    pub token: String,
    /// The payload as it was signed: evidence.
    pub payload: Payload,
    /// The same, read.
    pub data: T,
}

impl<T: DeserializeOwned> Signed<T> {
    /// Reads a verified payload; a member of the wrong form is refused by its name. `noun` is what the payload is.
    pub fn read(noun: &str, token: &str, payload: Payload) -> Result<Self, Refusal> {
        let read = serde_path_to_error::deserialize(&payload.members);
        let data = read.map_err(|error| Refusal::proof(format!("{noun}.{}: {}", error.path(), error.inner())))?;
        Ok(Self { token: token.to_owned(), payload, data })
    }
}
