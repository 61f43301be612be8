//! USE CASE: answering a repeated call with the first call's answer. May call `db` and `keys`.

mod claim;

pub use claim::{Claim, Running, Stored, claim, release, store};
