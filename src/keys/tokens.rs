//! Tokens that are computed, not stored.

use std::sync::Arc;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::{constant_time, digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::master::MasterKey;
use crate::error::{Error, Result};
use crate::model::{PaymentSeq, ProjectId};

/// Access tokens and account tokens.
#[derive(Clone)]
pub struct Tokens {
    access: Arc<hmac::Key>,
    account: Arc<hmac::Key>,
}

impl Tokens {
    pub fn new(master: &MasterKey) -> Result<Self> {
        let key = |purpose| Ok::<_, Error>(Arc::new(hmac::Key::new(hmac::HMAC_SHA512, &master.derive(purpose)?)));
        Ok(Self { access: key("access-token")?, account: key("account-token")? })
    }

    /// The secret needed to consume a payment: 86 URL-safe characters.
    pub fn access_token(&self, payment: &PaymentSeq) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.access, payment.as_str().as_bytes()))
    }

    /// Compares in constant time.
    pub fn is_access_token(&self, payment: &PaymentSeq, token: &str) -> bool {
        constant_time::verify_slices_are_equal(self.access_token(payment).as_bytes(), token.as_bytes()).is_ok()
    }

    /// The UUID (version 8, lower case) an app hands to the store so that a purchase leads back to its user.
    pub fn account_token(&self, project: &ProjectId, channel: &str, user_key: &str) -> String {
        // Lengths keep ("ab", "c") and ("a", "bc") apart.
        let name = format!("{}\n{}:{channel}\n{}:{user_key}", project.as_str(), channel.len(), user_key.len());
        let tag = hmac::sign(&self.account, name.as_bytes());
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&tag.as_ref()[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_tokens_are_86_characters_and_bound_to_their_payment() {
        let tokens = Tokens::new(&MasterKey::generate().expect("random")).expect("keys");
        let (one, two) = (PaymentSeq("2026112310000000".into()), PaymentSeq("2026112310000001".into()));
        let token = tokens.access_token(&one);
        assert_eq!(token.len(), 86);
        assert!(tokens.is_access_token(&one, &token) && !tokens.is_access_token(&two, &token));
        assert!(!tokens.is_access_token(&one, "") && !tokens.is_access_token(&one, &token[..85]));
    }

    #[test]
    fn account_tokens_are_stable_and_tell_users_apart() {
        let tokens = Tokens::new(&MasterKey::generate().expect("random")).expect("keys");
        let project = ProjectId("p".into());
        let token = tokens.account_token(&project, "GF", "player-1");
        assert_eq!(token, tokens.account_token(&project, "GF", "player-1"));
        assert_ne!(token, tokens.account_token(&project, "G", "Fplayer-1"));
        assert_ne!(token, tokens.account_token(&ProjectId("q".into()), "GF", "player-1"));
        assert!(uuid::Uuid::parse_str(&token).is_ok());
    }
}
