//! Reasons that no page of the console shows: their readers read English.

use serde::{Deserialize, Serialize};

use crate::model::ProductType;

/// What is wrong with a value in a call of the API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CallReason {
    #[error("is missing")]
    Missing,
    #[error("must be an array")]
    NotAnArray,
    #[error("must stand alone: give one of userKey, accountToken, applicationUsername")]
    NotAlone,
    #[error("is missing: the body must be {{\"signedPayload\": \"…\"}}")]
    NoSignedPayload,
    #[error("must be a line of visible ASCII characters, and not longer than any key")]
    NotAKeyLine,
    #[error("give this or advanceDays")]
    NoAdvance,
    #[error("can not be beside family: one of them pays")]
    BesideFamily,
}

/// What is wrong with a value in a declared file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum DeclaredReason {
    #[error("must be text")]
    NotText,
    #[error("{0:?} is declared twice")]
    Twice(String),
    #[error("of {0:?} is another project's too")]
    OfAnotherProject(String),
    #[error("of {product_id} is {product_type} and can't change")]
    TypeFixed { product_id: String, product_type: ProductType },
    #[error("{0} is not text")]
    FileNotText(String),
    #[error("is a secret: give it as env:NAME or file:PATH")]
    NotElsewhere,
    #[error("the environment has no {0}")]
    NoVariable(String),
}

/// What is wrong with a setting of the process or of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum StartReason {
    #[error("is not the key this database was made with")]
    AnotherMasterKey,
    #[error("must be set when PostgreSQL is used: every process needs the same one (make it with: openssl rand -base64 32)")]
    NoMasterKey,
    #[error("must be 32 bytes in base64")]
    NotAMasterKey,
    #[error("must be ADDRESS:PORT, such as 127.0.0.1:3000")]
    NotAnAddress,
    #[error("must be an http(s) address")]
    NotAUrl,
    #[error("must be {min} to {max}, or off")]
    RangeOrOff { min: u32, max: u32 },
    #[error("must be a whole number from {min} to {max}")]
    WholeNumber { min: u64, max: u64 },
    #[error("nothing was taken: {0} rows are bad")]
    BadRows(usize),
    #[error("is needed for a role other than ADMIN")]
    NoProject,
}
