use std::collections::BTreeMap;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::model::{Reason, SetUpReason};
use crate::stores::settings::{Field, one_of, rsa_key, short_text, yes_no};

/// The fields of a ONE store app.
pub const FIELDS: &[Field] = &[
    Field::plain("package_name", package_name),
    Field::plain("api_version", |value| one_of(value, &["V7", "V6", "V5"])),
    Field::plain("client_id", short_text),
    Field::secret("client_secret", short_text),
    Field::plain("license_key", rsa_key),
    Field::plain("previous_license_key", rsa_key),
    Field::plain("market_code", |value| one_of(value, &["MKT_ONE", "MKT_GLB"])),
    Field::plain("subscriptions", yes_no),
    Field::plain("acknowledge_path", |value| one_of(value, &["ALL", "SUBSCRIPTION"])),
];

fn package_name(value: &str) -> Option<Reason> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (value.len() > 155 || !value.bytes().all(is_safe)).then(|| SetUpReason::NotAPackageName.into())
}

/// What a simulated ONE store app has, as the Developer Center would hand it out, by the names of its fields. The client secret is the
/// private half of the licence key, which the simulator signs with and nobody else has: it opens nothing but the simulator.
pub fn simulated_fields() -> Result<BTreeMap<String, String>> {
    let failed = |_| Error::internal("no randomness for a simulated key");
    let key = KeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
    let private: Pkcs8V1Der<'_> = key.as_der().map_err(failed)?;
    let public: PublicKeyX509Der<'_> = key.public_key().as_der().map_err(failed)?;
    let number = Uuid::new_v4().as_u128() % 10_000_000_000;
    let fields = [
        ("api_version", "V7".to_owned()),
        ("client_id", format!("{number:010}")),
        ("client_secret", STANDARD.encode(private.as_ref())),
        ("license_key", STANDARD.encode(public.as_ref())),
        ("market_code", "MKT_ONE".to_owned()),
        ("subscriptions", "YES".to_owned()),
    ];
    Ok(fields.map(|(name, value)| (name.to_owned(), value)).into())
}
