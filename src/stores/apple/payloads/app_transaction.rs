use serde::Deserialize;

use super::Others;
use super::lenient::{moment, whole};
use crate::model::Timestamp;

/// AppTransaction: how a customer came by the app itself.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AppTransaction {
    /// The environment's word.
    pub receipt_type: Option<String>,
    #[serde(deserialize_with = "whole")]
    pub app_apple_id: Option<i64>,
    pub bundle_id: Option<String>,
    pub application_version: Option<String>,
    #[serde(deserialize_with = "whole")]
    pub version_external_identifier: Option<i64>,
    #[serde(deserialize_with = "moment")]
    pub receipt_creation_date: Option<Timestamp>,
    #[serde(deserialize_with = "moment")]
    pub original_purchase_date: Option<Timestamp>,
    pub original_application_version: Option<String>,
    pub device_verification: Option<String>,
    pub device_verification_nonce: Option<String>,
    #[serde(deserialize_with = "moment")]
    pub preorder_date: Option<Timestamp>,
    pub app_transaction_id: Option<String>,
    pub original_platform: Option<String>,
    #[serde(flatten)]
    pub other: Others,
}
