//! The file's form (an example: xtask/demo.toml). Unknown keys are refused by name.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::model::{Environment, ProductType, StoreCode, UseStatus};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    #[serde(default)]
    pub project: Vec<ProjectDecl>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectDecl {
    pub name: String,
    /// Made when absent.
    pub app_key: Option<String>,
    pub client_consume: Option<bool>,
    /// Whether apps that consume by themselves must send a signed user token.
    pub user_token_required: Option<bool>,
    /// Whether a purchase is only verified for the user whose account token it carries.
    pub account_token_required: Option<bool>,
    /// Whether NHN's server API (`/v1/service/*`) is answered; off until it is said.
    pub nhn_compatible: Option<bool>,
    /// What is taken over from NHN Cloud IAP.
    pub nhn: Option<NhnDecl>,
    #[serde(default)]
    pub secret_keys: Vec<SecretKeyDecl>,
    #[serde(default)]
    pub app: Vec<AppDecl>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NhnDecl {
    /// Whether the legacy calls, which carry no key, are answered.
    pub legacy: Option<bool>,
    /// From where NHN's calls by AppKey and without a key are answered: addresses and networks; empty means from anywhere.
    pub addresses: Option<Vec<String>>,
    pub gamebase_app_id: Option<String>,
    /// `env:NAME` or `file:PATH`.
    pub gamebase_secret: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretKeyDecl {
    pub name: String,
    /// `env:NAME` or `file:PATH`.
    pub value: String,
}

#[derive(Debug, Deserialize)]
pub struct AppDecl {
    pub store: StoreCode,
    pub store_app_id: String,
    pub name: Option<String>,
    pub environment: Environment,
    pub status: Option<UseStatus>,
    pub accept_sandbox: Option<bool>,
    /// RFC 3339; the app's creation when absent.
    pub in_charge_since: Option<toml::Value>,
    /// That free purchases of this app, or beside this LIVE app, are known and wanted.
    pub allow_test_store_beside_live: Option<bool>,
    /// Whether NHN's lists show this app's payments that are not LIVE.
    pub nhn_test_payments: Option<bool>,
    /// Each `file:PATH`, DER or PEM.
    pub trusted_roots: Option<Vec<String>>,
    #[serde(default)]
    pub product: Vec<ProductDecl>,
    /// The store's own fields; checked by name against what the store has.
    #[serde(flatten)]
    pub fields: BTreeMap<String, toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductDecl {
    pub store_product_id: String,
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub product_type: ProductType,
    pub status: Option<UseStatus>,
    pub sku: Option<String>,
}
