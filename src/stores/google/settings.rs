use serde_json::Value;

use crate::stores::settings::{Field, one_of, rsa_key, short_text, yes_no};

/// The fields of a Google Play app.
pub const FIELDS: &[Field] = &[
    Field::plain("license_key", rsa_key),
    Field::plain("skip_market_verification", yes_no),
    Field::plain("auth_method", |value| {
        one_of(value, &["SERVICE_ACCOUNT", "SUPERVISOR"], "must be SERVICE_ACCOUNT or SUPERVISOR")
    }),
    Field::secret("service_account", service_account),
    Field::plain("client_id", short_text),
    Field::secret("client_secret", short_text),
    Field::secret("refresh_token", short_text),
];

fn service_account(value: &str) -> Option<&'static str> {
    let key: Value = serde_json::from_str(value).unwrap_or_default();
    let has = |name: &str| key[name].as_str().is_some_and(|text| !text.is_empty());
    if key["type"] != "service_account" || !has("client_email") || !has("private_key") {
        return Some("must be the whole JSON key of a service account (type, client_email, private_key)");
    }
    let is_pem = key["private_key"].as_str().is_some_and(|text| text.contains("BEGIN PRIVATE KEY"));
    (!is_pem).then_some("its private_key must be a PEM private key")
}
