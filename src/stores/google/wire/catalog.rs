use std::collections::BTreeMap;

use serde::Deserialize;

use super::voided::TokenPagination;
use super::{WireMoney, integer};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OneTimeProductPage {
    pub one_time_products: Vec<OneTimeProduct>,
    pub next_page_token: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OneTimeProduct {
    pub product_id: Option<String>,
    pub listings: Vec<Listing>,
    pub purchase_options: Vec<PurchaseOption>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Listing {
    pub title: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PurchaseOption {
    pub state: Option<String>,
    pub regional_pricing_and_availability_configs: Vec<RegionalPrice>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RegionalPrice {
    pub price: Option<WireMoney>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubscriptionPage {
    pub subscriptions: Vec<SubscriptionProduct>,
    pub next_page_token: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubscriptionProduct {
    pub product_id: Option<String>,
    pub listings: Vec<Listing>,
    pub base_plans: Vec<BasePlan>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BasePlan {
    pub state: Option<String>,
    pub regional_configs: Vec<RegionalPrice>,
}

/// A page of the older list of one-time products.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InAppProductPage {
    pub inappproduct: Vec<InAppProduct>,
    pub token_pagination: TokenPagination,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InAppProduct {
    pub sku: Option<String>,
    /// `active` or `inactive`.
    pub status: Option<String>,
    /// `managedUser` or `subscription`.
    pub purchase_type: Option<String>,
    pub default_price: Option<MicrosPrice>,
    pub listings: BTreeMap<String, Listing>,
    pub default_language: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MicrosPrice {
    #[serde(deserialize_with = "integer")]
    pub price_micros: Option<i64>,
    pub currency: Option<String>,
}
