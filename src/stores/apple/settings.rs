use super::key::is_private_key;
use crate::model::{Reason, SetUpReason};
use crate::stores::settings::{Field, one_of, short_text, yes_no};

/// The fields of an App Store app.
pub const FIELDS: &[Field] = &[
    Field::plain("notice_mode", |value| one_of(value, &["V2", "V1"])),
    Field::plain("issuer_id", uuid),
    Field::plain("key_id", key_id),
    Field::secret("private_key", p256_key),
    Field::secret("shared_secret", short_text),
    Field::plain("app_apple_id", digits),
    Field::plain("legacy_receipts", yes_no),
    Field::plain("app_store_connect_key_id", key_id),
    Field::secret("app_store_connect_private_key", p256_key),
    Field::plain("app_store_connect_issuer_id", uuid),
];

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
