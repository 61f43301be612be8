//! What each store's set-up asks for (docs/stores/nhn.md, App settings), and how it is checked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};
use crate::model::{Reason, StoreCode};
use crate::stores::is_private_key;

/// One field of a store's set-up.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    /// Sealed at rest and never shown again.
    pub is_secret: bool,
    check: fn(&str) -> Option<&'static str>,
}

impl Field {
    /// Checks a value that is not empty; the error names the field.
    pub fn check(&self, value: &str) -> Result<()> {
        (self.check)(value).map_or(Ok(()), |reason| Err(Error::invalid(self.name, Reason::unreadable(reason))))
    }
}

const fn plain(name: &'static str, check: fn(&str) -> Option<&'static str>) -> Field {
    Field { name, is_secret: false, check }
}

const fn secret(name: &'static str, check: fn(&str) -> Option<&'static str>) -> Field {
    Field { name, is_secret: true, check }
}

const GOOGLE: &[Field] = &[
    plain("license_key", rsa_key),
    plain("skip_market_verification", yes_no),
    plain("auth_method", |value| one_of(value, &["SERVICE_ACCOUNT", "SUPERVISOR"], "must be SERVICE_ACCOUNT or SUPERVISOR")),
    secret("service_account", service_account),
    plain("client_id", short_text),
    secret("client_secret", short_text),
    secret("refresh_token", short_text),
];

const APPLE: &[Field] = &[
    plain("notice_mode", |value| one_of(value, &["V2", "V1"], "must be V2 or V1")),
    plain("issuer_id", uuid),
    plain("key_id", key_id),
    secret("private_key", p256_key),
    secret("shared_secret", short_text),
    plain("app_apple_id", digits),
    plain("legacy_receipts", yes_no),
];

const ONESTORE: &[Field] = &[
    plain("package_name", package_name),
    plain("api_version", |value| one_of(value, &["V7", "V6", "V5"], "must be V7, V6 or V5")),
    plain("client_id", short_text),
    secret("client_secret", short_text),
    plain("license_key", rsa_key),
    plain("market_code", |value| one_of(value, &["MKT_ONE", "MKT_GLB"], "must be MKT_ONE or MKT_GLB")),
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

fn one_of(value: &str, words: &[&str], reason: &'static str) -> Option<&'static str> {
    (!words.contains(&value)).then_some(reason)
}

fn yes_no(value: &str) -> Option<&'static str> {
    one_of(value, &["YES", "NO"], "must be YES or NO")
}

fn short_text(value: &str) -> Option<&'static str> {
    (value.len() > 2_000 || value.chars().any(char::is_control)).then_some("must be one line of at most 2000 bytes")
}

fn package_name(value: &str) -> Option<&'static str> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (value.len() > 155 || !value.bytes().all(is_safe)).then_some("must be a package name, such as com.example.game")
}

fn digits(value: &str) -> Option<&'static str> {
    (value.len() > 18 || !value.bytes().all(|byte| byte.is_ascii_digit())).then_some("must be a number")
}

fn uuid(value: &str) -> Option<&'static str> {
    uuid::Uuid::try_parse(value).is_err().then_some("must be a UUID, as App Store Connect shows it")
}

fn key_id(value: &str) -> Option<&'static str> {
    let fits = value.len() == 10 && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (!fits).then_some("must be the 10 letters and digits of the key's id")
}

fn p256_key(value: &str) -> Option<&'static str> {
    let reason = "must be the whole .p8 file: a PKCS#8 private key on P-256, from BEGIN to END PRIVATE KEY";
    (!is_private_key(value)).then_some(reason)
}

fn rsa_key(value: &str) -> Option<&'static str> {
    let reason = "must be the store's RSA public key in base64 on one line (it starts with MI)";
    let der = STANDARD.decode(value).ok();
    let is_key = der.is_some_and(|der| {
        use x509_parser::prelude::FromDer;
        x509_parser::x509::SubjectPublicKeyInfo::from_der(&der).is_ok_and(|(rest, _)| rest.is_empty())
    });
    (!is_key).then_some(reason)
}

fn service_account(value: &str) -> Option<&'static str> {
    let key: serde_json::Value = serde_json::from_str(value).unwrap_or_default();
    let has = |name: &str| key[name].as_str().is_some_and(|text| !text.is_empty());
    if key["type"] != "service_account" || !has("client_email") || !has("private_key") {
        return Some("must be the whole JSON key of a service account (type, client_email, private_key)");
    }
    let is_pem = key["private_key"].as_str().is_some_and(|text| text.contains("BEGIN PRIVATE KEY"));
    (!is_pem).then_some("its private_key must be a PEM private key")
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
