use crate::model::{Reason, SetUpReason};
use crate::stores::settings::{Field, one_of, rsa_key, short_text};

/// The fields of a ONE store app.
pub const FIELDS: &[Field] = &[
    Field::plain("package_name", package_name),
    Field::plain("api_version", |value| one_of(value, &["V7", "V6", "V5"])),
    Field::plain("client_id", short_text),
    Field::secret("client_secret", short_text),
    Field::plain("license_key", rsa_key),
    Field::plain("market_code", |value| one_of(value, &["MKT_ONE", "MKT_GLB"])),
];

fn package_name(value: &str) -> Option<Reason> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (value.len() > 155 || !value.bytes().all(is_safe)).then(|| SetUpReason::NotAPackageName.into())
}
