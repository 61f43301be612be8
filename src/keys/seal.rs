//! Secrets at rest: AES-256-GCM, bound to the thing they belong to.

use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::master::MasterKey;
use crate::error::{Error, Result};

/// Seals and opens stored secrets. Sealed text: `v1.KEYID.BASE64(nonce ‖ ciphertext)`.
#[derive(Clone)]
pub struct Sealer {
    key: Arc<RandomizedNonceKey>,
    key_id: String,
}

impl Sealer {
    pub fn new(master: &MasterKey) -> Result<Self> {
        let key =
            RandomizedNonceKey::new(&AES_256_GCM, &master.derive("seal")?).map_err(|_| Error::internal("bad sealing key"))?;
        Ok(Self { key: Arc::new(key), key_id: master.fingerprint()? })
    }

    /// `owner` is the identity the secret is bound to (an app, an operator); opening under another fails.
    pub fn seal(&self, owner: &str, secret: &[u8]) -> Result<String> {
        let mut sealed = secret.to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(owner.as_bytes()), &mut sealed)
            .map_err(|_| Error::internal("sealing failed"))?;
        let bytes = [nonce.as_ref().as_slice(), &sealed].concat();
        Ok(format!("v1.{}.{}", self.key_id, URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens what `seal` made for the same owner under the same master key.
    pub fn open(&self, owner: &str, sealed: &str) -> Result<Vec<u8>> {
        let wrong = || Error::internal(format!("a stored secret of {owner} can't be opened: wrong master key or damaged"));
        let rest = sealed.strip_prefix("v1.").ok_or_else(wrong)?;
        let (key_id, text) = rest.split_once('.').ok_or_else(wrong)?;
        if key_id != self.key_id {
            return Err(wrong());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| wrong())?;
        let (nonce, ciphertext) = bytes.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
        let mut buffer = ciphertext.to_vec();
        let plain = self.key.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut buffer).map_err(|_| wrong())?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer() -> Sealer {
        Sealer::new(&MasterKey::generate().expect("random")).expect("key")
    }

    #[test]
    fn opens_only_for_the_same_owner_and_key() {
        let sealer_one = sealer();
        let sealed = sealer_one.seal("app:1", b"secret").expect("seals");
        assert_eq!(sealer_one.open("app:1", &sealed).expect("opens"), b"secret");
        assert!(sealer_one.open("app:2", &sealed).is_err());
        assert!(sealer().open("app:1", &sealed).is_err());
        assert!(!sealed.contains("secret"));
    }

    #[test]
    fn refuses_damaged_text() {
        let sealer = sealer();
        let sealed = sealer.seal("app:1", b"secret").expect("seals");
        for damaged in ["", "v1.", "v1.x.y", &sealed[..sealed.len() - 2], &format!("{sealed}AA")] {
            assert!(sealer.open("app:1", damaged).is_err(), "{damaged}");
        }
    }
}
