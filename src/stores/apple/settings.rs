use super::key::is_private_key;
use crate::stores::settings::{Field, one_of, short_text, yes_no};

/// The fields of an App Store app.
pub const FIELDS: &[Field] = &[
    Field::plain("notice_mode", |value| one_of(value, &["V2", "V1"], "must be V2 or V1")),
    Field::plain("issuer_id", uuid),
    Field::plain("key_id", key_id),
    Field::secret("private_key", p256_key),
    Field::secret("shared_secret", short_text),
    Field::plain("app_apple_id", digits),
    Field::plain("legacy_receipts", yes_no),
];

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
