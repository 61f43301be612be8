//! Tokens that are computed, not stored.

use std::sync::Arc;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::{constant_time, digest, hmac};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::master::MasterKey;
use crate::error::{Error, Result};
use crate::model::{PaymentSeq, ProjectId};

/// Access tokens and account tokens, and keyed hashes of secrets too short for a plain one.
#[derive(Clone)]
pub struct Tokens {
    access: Arc<hmac::Key>,
    mask: Arc<hmac::Key>,
    account: Arc<hmac::Key>,
    short: Arc<hmac::Key>,
}

/// An access token's bytes: the masked payment number, then its tag.
const NUMBER_BYTES: usize = 16;
const TOKEN_BYTES: usize = 64;

impl Tokens {
    pub fn new(master: &MasterKey) -> Result<Self> {
        let key = |purpose| Ok::<_, Error>(Arc::new(hmac::Key::new(hmac::HMAC_SHA512, &master.derive(purpose)?)));
        Ok(Self {
            access: key("access-token")?,
            mask: key("access-token-mask")?,
            account: key("account-token")?,
            short: key("short-secret")?,
        })
    }

    /// The secret needed to consume a payment: 86 URL-safe characters. NHN's lookup names a payment by its token alone, so
    /// the number is in it: masked with a key stream made from the number's own tag, as SIV does, so that it reads as noise.
    pub fn access_token(&self, payment: &PaymentSeq) -> String {
        let tag = hmac::sign(&self.access, payment.as_str().as_bytes());
        let Some(number) = number_of(payment) else { return URL_SAFE_NO_PAD.encode(tag) };
        let tag = &tag.as_ref()[..TOKEN_BYTES - NUMBER_BYTES];
        let masked = (number ^ self.key_stream(tag)).to_be_bytes();
        URL_SAFE_NO_PAD.encode([&masked, tag].concat())
    }

    /// The payment an access token is of; none when it is no token of ours.
    pub fn payment_of(&self, token: &str) -> Option<PaymentSeq> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == TOKEN_BYTES)?;
        let (masked, tag) = bytes.split_first_chunk::<NUMBER_BYTES>()?;
        let number = u128::from_be_bytes(*masked) ^ self.key_stream(tag);
        let payment = PaymentSeq(number.to_string());
        self.is_access_token(&payment, token).then_some(payment)
    }

    fn key_stream(&self, tag: &[u8]) -> u128 {
        let mut bytes = [0; NUMBER_BYTES];
        bytes.copy_from_slice(&hmac::sign(&self.mask, tag).as_ref()[..NUMBER_BYTES]);
        u128::from_be_bytes(bytes)
    }

    /// How a secret that may be short enough to guess is stored: it can't be tried without the master key.
    pub fn short_secret_hash(&self, owner: &str, secret: &str) -> String {
        let text = format!("{}:{owner}{secret}", owner.len());
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.short, text.as_bytes()))
    }

    /// Compares in constant time.
    pub fn is_short_secret(&self, owner: &str, secret: &str, hash: &str) -> bool {
        constant_time::verify_slices_are_equal(self.short_secret_hash(owner, secret).as_bytes(), hash.as_bytes()).is_ok()
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

/// The number behind a payment's digits; none when the digits would not come back the same.
fn number_of(payment: &PaymentSeq) -> Option<u128> {
    payment.as_str().parse().ok().filter(|number: &u128| number.to_string() == payment.as_str())
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
    fn access_tokens_lead_back_to_their_payment_and_forged_ones_nowhere() {
        let tokens = Tokens::new(&MasterKey::generate().expect("random")).expect("keys");
        for seq in ["2026112310000000", "202611231000000000", "1", "340282366920938463463374607431768211455"] {
            let payment = PaymentSeq(seq.into());
            let token = tokens.access_token(&payment);
            assert_eq!(tokens.payment_of(&token), Some(payment), "{seq}");
            for at in [0, 10, 21, 22, 40, 84] {
                let mut forged = token.clone().into_bytes();
                forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
                let forged = String::from_utf8(forged).expect("text");
                assert_eq!(tokens.payment_of(&forged), None, "{seq} at {at}");
            }
        }
        let other = Tokens::new(&MasterKey::generate().expect("random")).expect("keys");
        assert_eq!(other.payment_of(&tokens.access_token(&PaymentSeq("2026112310000000".into()))), None);
        for odd in ["007", "", "x", "9999999999999999999999999999999999999999"] {
            let odd = PaymentSeq(odd.into());
            assert!(tokens.is_access_token(&odd, &tokens.access_token(&odd)), "still a token");
            assert_eq!(tokens.payment_of(&tokens.access_token(&odd)), None, "but it leads nowhere");
        }
        assert!(["", "A", "=", "é"].iter().all(|text| tokens.payment_of(text).is_none()));
    }

    #[test]
    fn short_secrets_are_hashed_for_one_owner_under_the_master_key() {
        let tokens = Tokens::new(&MasterKey::generate().expect("random")).expect("keys");
        let hash = tokens.short_secret_hash("p1", "IgsaAP");
        assert!(tokens.is_short_secret("p1", "IgsaAP", &hash));
        assert!(!tokens.is_short_secret("p2", "IgsaAP", &hash) && !tokens.is_short_secret("p1", "IgsaAp", &hash));
        assert_ne!(hash, Tokens::new(&MasterKey::generate().expect("random")).expect("keys").short_secret_hash("p1", "IgsaAP"));
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
