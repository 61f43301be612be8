//! Marks of browsers that people signed in from.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::master::MasterKey;
use crate::error::Result;
use crate::model::{OperatorId, Timestamp};

/// What a mark stands for.
#[derive(Debug, Clone, Copy)]
pub struct Device<'a> {
    pub operator: &'a OperatorId,
    /// The hash of the password it was, so that a changed one ends the mark.
    pub password_hash: &'a str,
    /// Tells a person's browsers apart.
    pub device: &'a str,
    pub signed_in_at: Timestamp,
}

/// Signs and checks the marks; cheap to clone.
#[derive(Clone)]
pub struct Devices(Arc<hmac::Key>);

impl Devices {
    pub fn new(master: &MasterKey) -> Result<Self> {
        Ok(Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &master.derive("device")?))))
    }

    pub fn sign(&self, device: &Device<'_>) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, text(device).as_bytes()))
    }

    /// Compares in constant time.
    pub fn is_signed(&self, device: &Device<'_>, signature: &str) -> bool {
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
        hmac::verify(&self.0, text(device).as_bytes(), &signature).is_ok()
    }
}

fn text(device: &Device<'_>) -> String {
    let Device { operator, password_hash, device, signed_in_at } = device;
    format!("{}\n{password_hash}\n{}\n{device}", operator.as_str(), signed_in_at.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_for_one_account_password_and_browser() {
        let devices = Devices::new(&MasterKey::generate().expect("random")).expect("a key");
        let (kim, lee) = (OperatorId("kim".into()), OperatorId("lee".into()));
        let device = Device { operator: &kim, password_hash: "p", device: "d", signed_in_at: Timestamp(2) };
        let signature = devices.sign(&device);
        assert!(devices.is_signed(&device, &signature));
        for other in [
            Device { operator: &lee, ..device },
            Device { password_hash: "q", ..device },
            Device { device: "e", ..device },
            Device { signed_in_at: Timestamp(3), ..device },
        ] {
            assert!(!devices.is_signed(&other, &signature), "{other:?}");
        }
        assert!(!devices.is_signed(&device, "") && !devices.is_signed(&device, "é"));
        assert!(!Devices::new(&MasterKey::generate().expect("random")).expect("a key").is_signed(&device, &signature));
    }
}
