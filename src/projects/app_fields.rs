//! What each store's set-up asks for (docs/stores/nhn.md, App settings), and how it is checked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};
use crate::model::{Reason, SetUpReason, StoreCode};
use crate::stores::is_private_key;

/// The longest text of a field that is no key.
const TEXT_BYTES_MAX: usize = 2_000;

/// One field of a store's set-up.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    /// Sealed at rest and never shown again.
    pub is_secret: bool,
    check: fn(&str) -> Option<Reason>,
}

impl Field {
    /// Checks a value that is not empty; the error names the field.
    pub fn check(&self, value: &str) -> Result<()> {
        (self.check)(value).map_or(Ok(()), |reason| Err(Error::invalid(self.name, reason)))
    }
}

const fn plain(name: &'static str, check: fn(&str) -> Option<Reason>) -> Field {
    Field { name, is_secret: false, check }
}

const fn secret(name: &'static str, check: fn(&str) -> Option<Reason>) -> Field {
    Field { name, is_secret: true, check }
}

const GOOGLE: &[Field] = &[
    plain("license_key", rsa_key),
    plain("skip_market_verification", yes_no),
    plain("auth_method", |value| one_of(value, &["SERVICE_ACCOUNT", "SUPERVISOR"])),
    secret("service_account", service_account),
    plain("client_id", short_text),
    secret("client_secret", short_text),
    secret("refresh_token", short_text),
];

const APPLE: &[Field] = &[
    plain("notice_mode", |value| one_of(value, &["V2", "V1"])),
    plain("issuer_id", uuid),
    plain("key_id", key_id),
    secret("private_key", p256_key),
    secret("shared_secret", short_text),
    plain("app_apple_id", digits),
    plain("legacy_receipts", yes_no),
];

const ONESTORE: &[Field] = &[
    plain("package_name", package_name),
    plain("api_version", |value| one_of(value, &["V7", "V6", "V5"])),
    plain("client_id", short_text),
    secret("client_secret", short_text),
    plain("license_key", rsa_key),
    plain("market_code", |value| one_of(value, &["MKT_ONE", "MKT_GLB"])),
];

/// The fields a store's set-up has.
pub const fn fields_of(store: StoreCode) -> &'static [Field] {
    match store {
        StoreCode::GooglePlay => GOOGLE,
        StoreCode::AppStore => APPLE,
        StoreCode::OneStore => ONESTORE,
        StoreCode::Test => &[],
    }
}

/// Whether a field of that name is sealed, in whichever store.
pub fn is_secret_field(name: &str) -> bool {
    StoreCode::ALL.iter().flat_map(|store| fields_of(*store)).any(|field| field.is_secret && field.name == name)
}

fn one_of(value: &str, words: &[&str]) -> Option<Reason> {
    (!words.contains(&value)).then(|| Reason::one_of(words.iter().copied()))
}

fn yes_no(value: &str) -> Option<Reason> {
    one_of(value, &["YES", "NO"])
}

fn short_text(value: &str) -> Option<Reason> {
    let is_fit = value.len() <= TEXT_BYTES_MAX && !value.chars().any(char::is_control);
    (!is_fit).then(|| SetUpReason::NotOneLine { bytes_max: TEXT_BYTES_MAX }.into())
}

fn package_name(value: &str) -> Option<Reason> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (value.len() > 155 || !value.bytes().all(is_safe)).then(|| SetUpReason::NotAPackageName.into())
}

fn digits(value: &str) -> Option<Reason> {
    (value.len() > 18 || !value.bytes().all(|byte| byte.is_ascii_digit())).then(|| SetUpReason::NotANumber.into())
}

fn uuid(value: &str) -> Option<Reason> {
    uuid::Uuid::try_parse(value).is_err().then(|| SetUpReason::NotAnIssuerId.into())
}

fn key_id(value: &str) -> Option<Reason> {
    let fits = value.len() == 10 && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (!fits).then(|| SetUpReason::NotAKeyId.into())
}

fn p256_key(value: &str) -> Option<Reason> {
    (!is_private_key(value)).then(|| SetUpReason::NotAP8File.into())
}

fn rsa_key(value: &str) -> Option<Reason> {
    let der = STANDARD.decode(value).ok();
    let is_key = der.is_some_and(|der| {
        use x509_parser::prelude::FromDer;
        x509_parser::x509::SubjectPublicKeyInfo::from_der(&der).is_ok_and(|(rest, _)| rest.is_empty())
    });
    (!is_key).then(|| SetUpReason::NotAnRsaKey.into())
}

fn service_account(value: &str) -> Option<Reason> {
    let key: serde_json::Value = serde_json::from_str(value).unwrap_or_default();
    let has = |name: &str| key[name].as_str().is_some_and(|text| !text.is_empty());
    if key["type"] != "service_account" || !has("client_email") || !has("private_key") {
        return Some(SetUpReason::NotAServiceAccount.into());
    }
    let is_pem = key["private_key"].as_str().is_some_and(|text| text.contains("BEGIN PRIVATE KEY"));
    (!is_pem).then(|| SetUpReason::NoPemInside.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_names_its_field() {
        for (store, name, bad) in [
            (StoreCode::AppStore, "issuer_id", "not-a-uuid"),
            (StoreCode::AppStore, "key_id", "short"),
            (StoreCode::AppStore, "private_key", "-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"),
            (StoreCode::AppStore, "notice_mode", "V3"),
            (StoreCode::GooglePlay, "license_key", "MIIB"),
            (StoreCode::GooglePlay, "service_account", "{}"),
            (StoreCode::OneStore, "market_code", "KR"),
        ] {
            let field = fields_of(store).iter().find(|field| field.name == name).expect(name);
            assert!(field.check(bad).expect_err(name).to_string().starts_with(name));
        }
    }
}
