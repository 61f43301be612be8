//! Tokens that are computed, not stored.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::master::MasterKey;
use super::random::is_equal;
use crate::error::{Error, Result};
use crate::model::{AccessSalt, PaymentSeq, ProjectId};

/// Access tokens, account tokens and reservation tokens, and keyed hashes of secrets too short for a plain one.
#[derive(Clone)]
pub struct Tokens {
    access: Arc<hmac::Key>,
    mask: Arc<hmac::Key>,
    salted_access: Arc<hmac::Key>,
    salted_mask: Arc<hmac::Key>,
    reservation: Arc<hmac::Key>,
    account: Arc<hmac::Key>,
    short: Arc<hmac::Key>,
}

/// An access token's bytes: what names the payment, masked, then its tag.
const TOKEN_BYTES: usize = 64;
const NUMBER_BYTES: usize = 16;
/// The payment's number and its salt.
const NAME_BYTES: usize = NUMBER_BYTES + size_of::<i64>();
const RESERVATION_TOKEN_BYTES: usize = 32;

/// What an access token of ours names: it opens the payment of this number only while the payment has this salt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedToken {
    pub payment_seq: PaymentSeq,
    /// None in tokens of payments made before tokens had one.
    pub salt: Option<AccessSalt>,
}

impl Tokens {
    pub fn new(master: &MasterKey) -> Result<Self> {
        let key = |purpose| Ok::<_, Error>(Arc::new(hmac::Key::new(hmac::HMAC_SHA512, &master.derive(purpose)?)));
        Ok(Self {
            access: key("access-token")?,
            mask: key("access-token-mask")?,
            salted_access: key("access-token-salted")?,
            salted_mask: key("access-token-salted-mask")?,
            reservation: key("reservation-token")?,
            account: key("account-token")?,
            short: key("short-secret")?,
        })
    }

    /// The secret needed to consume a payment: 86 URL-safe characters. NHN's lookup names a payment by its token alone, so
    /// number and salt are in it: masked with a key stream made from their own tag, as SIV does, so that they read as noise.
    pub fn access_token(&self, payment: &PaymentSeq, salt: Option<AccessSalt>) -> String {
        match (number_of(payment), salt) {
            (Some(number), Some(salt)) => URL_SAFE_NO_PAD.encode(self.salted_token(number, salt)),
            (Some(number), None) => URL_SAFE_NO_PAD.encode(self.unsalted_token(payment, number)),
            // No number of ours; the token leads nowhere.
            (None, _) => URL_SAFE_NO_PAD.encode(hmac::sign(&self.access, payment.as_str().as_bytes())),
        }
    }

    /// What an access token names; none when it is no token of ours. Compares in constant time.
    pub fn open_access_token(&self, token: &str) -> Option<OpenedToken> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let bytes: &[u8; TOKEN_BYTES] = bytes.as_slice().try_into().ok()?;
        self.open_salted(bytes).or_else(|| self.open_unsalted(bytes))
    }

    fn salted_token(&self, number: u128, salt: AccessSalt) -> [u8; TOKEN_BYTES] {
        let mut token = [0; TOKEN_BYTES];
        token[..NUMBER_BYTES].copy_from_slice(&number.to_be_bytes());
        token[NUMBER_BYTES..NAME_BYTES].copy_from_slice(&salt.0.to_be_bytes());
        let tag = hmac::sign(&self.salted_access, &token[..NAME_BYTES]);
        let (name, place) = token.split_at_mut(NAME_BYTES);
        place.copy_from_slice(&tag.as_ref()[..TOKEN_BYTES - NAME_BYTES]);
        mask(name, &self.salted_mask, place);
        token
    }

    fn open_salted(&self, token: &[u8; TOKEN_BYTES]) -> Option<OpenedToken> {
        let (mut name, tag) = (*token.first_chunk::<NAME_BYTES>()?, &token[NAME_BYTES..]);
        mask(&mut name, &self.salted_mask, tag);
        let number = u128::from_be_bytes(*name.first_chunk()?);
        let salt = AccessSalt(i64::from_be_bytes(*name.last_chunk()?));
        let payment_seq = PaymentSeq(number.to_string());
        is_equal(&self.salted_token(number, salt), token).then_some(OpenedToken { payment_seq, salt: Some(salt) })
    }

    fn unsalted_token(&self, payment: &PaymentSeq, number: u128) -> [u8; TOKEN_BYTES] {
        let mut token = [0; TOKEN_BYTES];
        let tag = hmac::sign(&self.access, payment.as_str().as_bytes());
        let (name, place) = token.split_at_mut(NUMBER_BYTES);
        name.copy_from_slice(&number.to_be_bytes());
        place.copy_from_slice(&tag.as_ref()[..TOKEN_BYTES - NUMBER_BYTES]);
        mask(name, &self.mask, place);
        token
    }

    fn open_unsalted(&self, token: &[u8; TOKEN_BYTES]) -> Option<OpenedToken> {
        let (mut name, tag) = (*token.first_chunk::<NUMBER_BYTES>()?, &token[NUMBER_BYTES..]);
        mask(&mut name, &self.mask, tag);
        let number = u128::from_be_bytes(name);
        let payment_seq = PaymentSeq(number.to_string());
        is_equal(&self.unsalted_token(&payment_seq, number), token).then_some(OpenedToken { payment_seq, salt: None })
    }

    /// Proves that its holder made the reservation: given to nobody else, so that nobody who counts numbers up can close it.
    pub fn reservation_token(&self, payment: &PaymentSeq, salt: AccessSalt) -> String {
        let name = format!("{payment}\n{salt}");
        let tag = hmac::sign(&self.reservation, name.as_bytes());
        URL_SAFE_NO_PAD.encode(&tag.as_ref()[..RESERVATION_TOKEN_BYTES])
    }

    /// Compares in constant time.
    pub fn is_reservation_token(&self, payment: &PaymentSeq, salt: Option<AccessSalt>, token: &str) -> bool {
        salt.is_some_and(|salt| is_equal(self.reservation_token(payment, salt).as_bytes(), token.as_bytes()))
    }

    /// How a secret that may be short enough to guess is stored: it can't be tried without the master key.
    pub fn short_secret_hash(&self, owner: &str, secret: &str) -> String {
        let text = format!("{}:{owner}{secret}", owner.len());
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.short, text.as_bytes()))
    }

    /// Compares in constant time.
    pub fn is_short_secret(&self, owner: &str, secret: &str, hash: &str) -> bool {
        is_equal(self.short_secret_hash(owner, secret).as_bytes(), hash.as_bytes())
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

/// Covers or uncovers bytes with a key stream made from their tag.
fn mask(bytes: &mut [u8], key: &hmac::Key, tag: &[u8]) {
    bytes.iter_mut().zip(hmac::sign(key, tag).as_ref()).for_each(|(byte, key)| *byte ^= key);
}

/// The number behind a payment's digits; none when the digits would not come back the same.
fn number_of(payment: &PaymentSeq) -> Option<u128> {
    payment.as_str().parse().ok().filter(|number: &u128| number.to_string() == payment.as_str())
}

#[cfg(test)]
mod tests;
