use std::collections::BTreeMap;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::error::{Error, Result};

/// What a simulated App Store app signs in with, as App Store Connect would hand it out, by the names of its fields: a key for
/// purchases and one for the catalog. Nobody else has the keys, so they open nothing but the simulator.
pub fn simulated_fields() -> Result<BTreeMap<String, String>> {
    let fields = [
        ("issuer_id", Uuid::new_v4().to_string()),
        ("key_id", key_id()),
        ("private_key", private_key()?),
        ("app_store_connect_key_id", key_id()),
        ("app_store_connect_private_key", private_key()?),
    ];
    Ok(fields.map(|(name, value)| (name.to_owned(), value)).into())
}

fn key_id() -> String {
    let id = Uuid::new_v4().simple().to_string().to_uppercase();
    format!("SIM{}", &id[..7])
}

fn private_key() -> Result<String> {
    let failed = |_| Error::internal("no randomness for a simulated key");
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).map_err(failed)?;
    let text = STANDARD.encode(document.as_ref());
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    Ok(format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n")))
}
