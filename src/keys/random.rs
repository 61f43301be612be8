//! Randomness, hashes of what is random, and comparison in constant time.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::{constant_time, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::error::{Error, Result};
use crate::model::AccessSalt;

/// Compares in constant time.
pub(super) fn is_equal(one: &[u8], other: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(one, other).is_ok()
}

/// The random part of a new payment's access token.
pub fn random_salt() -> Result<AccessSalt> {
    random_bytes().map(i64::from_ne_bytes).map(AccessSalt)
}

/// Random bytes.
pub fn random_bytes<const N: usize>() -> Result<[u8; N]> {
    let mut buffer = [0; N];
    SystemRandom::new().fill(&mut buffer).map_err(|_| Error::internal("no randomness"))?;
    Ok(buffer)
}

/// `bytes` random bytes as URL-safe text.
pub fn random_text(bytes: usize) -> Result<String> {
    let mut buffer = vec![0; bytes];
    SystemRandom::new().fill(&mut buffer).map_err(|_| Error::internal("no randomness"))?;
    Ok(URL_SAFE_NO_PAD.encode(buffer))
}

/// How a long random secret (secret key, one-time link) is stored: SHA-256; it needs no salt, for it can't be guessed.
pub fn hash_secret(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, secret.as_bytes()))
}
