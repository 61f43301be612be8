//! The one key everything else is derived from.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aws_lc_rs::hkdf;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::error::{Error, Result};
use crate::model::StartReason;

const KEY_BYTES: usize = 32;

/// 32 random bytes; never logged, never shown.
pub struct MasterKey([u8; KEY_BYTES]);

impl MasterKey {
    /// From `PURSER_MASTER_KEY`: 32 bytes in base64.
    pub fn parse(text: &str) -> Result<Self> {
        let bytes = STANDARD.decode(text.trim()).ok().and_then(|bytes| <[u8; KEY_BYTES]>::try_from(bytes).ok());
        bytes.map(Self).ok_or_else(|| Error::invalid("PURSER_MASTER_KEY", StartReason::NotAMasterKey))
    }

    pub fn generate() -> Result<Self> {
        let mut bytes = [0; KEY_BYTES];
        SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no randomness"))?;
        Ok(Self(bytes))
    }

    /// From a key file, made with mode 0600 when it is not there yet.
    pub fn from_file(path: &Path) -> Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::create_file(path),
            Err(error) => Err(Error::internal(format!("{}: {error}", path.display()))),
        }
    }

    fn create_file(path: &Path) -> Result<Self> {
        let at = |error: std::io::Error| Error::internal(format!("{}: {error}", path.display()));
        let key = Self::generate()?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(at)?;
        file.write_all(STANDARD.encode(key.0).as_bytes()).map_err(at)?;
        file.sync_all().map_err(at)?;
        Ok(key)
    }

    /// A key for one purpose; knowing one tells nothing of another.
    pub(super) fn derive(&self, purpose: &str) -> Result<[u8; KEY_BYTES]> {
        let mut out = [0; KEY_BYTES];
        hkdf::Salt::new(hkdf::HKDF_SHA256, b"purser")
            .extract(&self.0)
            .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut out))
            .map_err(|_| Error::internal("key derivation failed"))?;
        Ok(out)
    }

    pub(super) fn fingerprint(&self) -> Result<String> {
        Ok(URL_SAFE_NO_PAD.encode(&self.derive("fingerprint")?[..6]))
    }
}
