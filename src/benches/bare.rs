//! The limit of whoever verifies signatures: aws-lc-rs's own ES256 on one core, and nothing around it.

use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, ParsedPublicKey, Signature,
};
use purser::error::{Error, Result};

pub const MESSAGES: usize = 64;

/// Signatures over messages as long as a signed transaction's, and the key that verifies them, parsed once.
pub struct Bare {
    key: ParsedPublicKey,
    signed: Vec<(Vec<u8>, Signature)>,
}

impl Bare {
    pub fn new(message_bytes: usize) -> Result<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(Error::internal)?;
        let sign = |index: usize| {
            let message = index.to_be_bytes().repeat(message_bytes.div_ceil(size_of::<usize>()));
            let signature = pair.sign(&SystemRandom::new(), &message).map_err(Error::internal)?;
            Ok((message, signature))
        };
        Ok(Self {
            key: ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref()).map_err(Error::internal)?,
            signed: (0..MESSAGES).map(sign).collect::<Result<_>>()?,
        })
    }

    /// Signatures verified a second.
    pub fn rate(&self, time: Duration) -> Result<f64> {
        let (started, mut count) = (Instant::now(), 0_u32);
        while started.elapsed() < time {
            for (message, signature) in &self.signed {
                self.key.verify_sig(message, signature.as_ref()).map_err(Error::internal)?;
                count += 1;
            }
        }
        Ok(f64::from(count) / started.elapsed().as_secs_f64())
    }
}
