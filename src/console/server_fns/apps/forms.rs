//! What the forms of an app send.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{AppSeq, Environment, ProjectId, StoreCode, UseStatus, Version};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAppForm {
    pub project: ProjectId,
    pub store: StoreCode,
    pub store_app_id: String,
    pub name: String,
    pub environment: Environment,
    #[serde(default)]
    pub allow_test_store_beside_live: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppForm {
    pub project: ProjectId,
    pub app: AppSeq,
    /// The one the form showed.
    pub version: Version,
    pub name: String,
    pub environment: Environment,
    pub status: UseStatus,
    #[serde(default)]
    pub accept_sandbox: bool,
    /// RFC 3339; empty for the app's creation. Absent leaves it as it is.
    #[serde(default)]
    pub in_charge_since: Option<String>,
    #[serde(default)]
    pub allow_test_store_beside_live: bool,
    #[serde(default)]
    pub nhn_test_payments: bool,
    #[serde(flatten)]
    pub fields: StoreFields,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecretForm {
    pub project: ProjectId,
    pub app: AppSeq,
    /// The one the form showed.
    pub version: Version,
    /// The field's name; its value is never sent anywhere.
    pub name: String,
}

/// Which app to test.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckForm {
    pub project: ProjectId,
    pub app: AppSeq,
}

/// A store's fields by name as a form sends them; empty leaves a secret as it is and clears anything else. An unknown name is
/// refused with the others.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoreFields(pub(super) BTreeMap<String, String>);

impl std::fmt::Debug for StoreFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreFields(…)")
    }
}
