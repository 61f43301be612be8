use serde_json::Value;

use crate::model::{Reason, SetUpReason};
use crate::stores::settings::{Field, one_of, rsa_key, short_text, yes_no};

/// The fields of a Google Play app.
pub const FIELDS: &[Field] = &[
    Field::plain("license_key", rsa_key),
    Field::plain("skip_market_verification", yes_no),
    Field::plain("auth_method", |value| one_of(value, &["SERVICE_ACCOUNT", "SUPERVISOR"])),
    Field::secret("service_account", service_account),
    Field::plain("client_id", short_text),
    Field::secret("client_secret", short_text),
    Field::secret("refresh_token", short_text),
    Field::plain("push_audience", short_text),
    Field::plain("push_service_account", short_text),
    Field::plain("push_subscription", short_text),
];

fn service_account(value: &str) -> Option<Reason> {
    let key: Value = serde_json::from_str(value).unwrap_or_default();
    let has = |name: &str| key[name].as_str().is_some_and(|text| !text.is_empty());
    if key["type"] != "service_account" || !has("client_email") || !has("private_key") {
        return Some(SetUpReason::NotAServiceAccount.into());
    }
    let is_pem = key["private_key"].as_str().is_some_and(|text| text.contains("BEGIN PRIVATE KEY"));
    (!is_pem).then(|| SetUpReason::NoPemInside.into())
}
