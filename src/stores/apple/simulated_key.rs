use std::collections::BTreeMap;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::error::{Error, Result};

/// What a simulated App Store app signs in with, as App Store Connect would hand it out, by the names of its fields. Nobody else
/// has the key, so it opens nothing but the simulator.
pub fn simulated_fields() -> Result<BTreeMap<String, String>> {
    let failed = |_| Error::internal("no randomness for a simulated key");
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).map_err(failed)?;
    let text = STANDARD.encode(document.as_ref());
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    let id = Uuid::new_v4().simple().to_string().to_uppercase();
    let fields = [
        ("issuer_id", Uuid::new_v4().to_string()),
        ("key_id", format!("SIM{}", &id[..7])),
        ("private_key", format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))),
    ];
    Ok(fields.map(|(name, value)| (name.to_owned(), value)).into())
}
