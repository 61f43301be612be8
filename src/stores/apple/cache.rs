use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{Digest, SHA256_OUTPUT_LEN};
use moka::sync::Cache;

use super::chain::Chain;
use super::roots::TrustSet;
use crate::model::Timestamp;

const CHAINS_MAX: u64 = 256;
/// As long as Apple's own libraries keep a verified chain.
const KEPT_MS: i64 = 15 * Timestamp::MINUTE;

/// Chains that were validated and whose key then verified a signature, by the header that names them and the set of
/// roots they led to: what one app may trust says nothing about another's. Junk never gets in.
pub struct ChainCache {
    chains: Cache<Key, Arc<Kept>>,
}

#[derive(PartialEq, Eq, Hash)]
pub struct Key {
    header: [u8; SHA256_OUTPUT_LEN],
    trust: [u8; SHA256_OUTPUT_LEN],
}

impl Key {
    /// The place of a chain: SHA-256 of the JWS header it came in, and the set of roots.
    pub fn new(header: &Digest, trust: &TrustSet<'_>) -> Self {
        let mut bytes = [0; SHA256_OUTPUT_LEN];
        bytes.copy_from_slice(header.as_ref());
        Self { header: bytes, trust: trust.id }
    }
}

struct Kept {
    chain: Arc<Chain>,
    since: Timestamp,
}

impl ChainCache {
    pub fn new() -> Self {
        let lifetime = Duration::from_millis(KEPT_MS.unsigned_abs());
        Self { chains: Cache::builder().max_capacity(CHAINS_MAX).time_to_live(lifetime).build() }
    }

    /// A chain validated in the last 15 minutes that also holds at the moment asked for. None only means: validate.
    pub fn find(&self, key: &Key, at: Timestamp, now: Timestamp) -> Option<Arc<Chain>> {
        let kept = self.chains.get(key)?;
        let age_ms = now.0.saturating_sub(kept.since.0);
        ((0..KEPT_MS).contains(&age_ms) && kept.chain.covers(at)).then(|| kept.chain.clone())
    }

    pub fn keep(&self, key: Key, chain: Arc<Chain>, now: Timestamp) {
        self.chains.insert(key, Arc::new(Kept { chain, since: now }));
    }

    /// How many chains are kept, after what is due to go has gone.
    #[cfg(test)]
    pub fn count(&self) -> u64 {
        self.chains.run_pending_tasks();
        self.chains.entry_count()
    }
}
