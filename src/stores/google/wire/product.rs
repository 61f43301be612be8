use serde::Deserialize;

use super::{Present, integer, millis, moment};
use crate::model::Timestamp;

/// A one-time purchase as `purchases.products.get` has it. Absent numbers are no zeros: `purchaseType` 0 is a test purchase.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProductPurchase {
    #[serde(deserialize_with = "millis")]
    pub purchase_time_millis: Option<Timestamp>,
    /// 0 purchased, 1 cancelled, 2 pending.
    pub purchase_state: Option<i64>,
    pub consumption_state: Option<i64>,
    pub acknowledgement_state: Option<i64>,
    /// 0 test, 1 promotion code, 2 rewarded; absent for all others.
    pub purchase_type: Option<i64>,
    pub order_id: Option<String>,
    pub product_id: Option<String>,
    #[serde(deserialize_with = "integer")]
    pub quantity: Option<i64>,
    #[serde(deserialize_with = "integer")]
    pub refundable_quantity: Option<i64>,
    pub obfuscated_external_account_id: Option<String>,
}

/// The same as `purchases.productsv2.get` has it: with all its products, and without what they were paid with.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProductPurchaseV2 {
    pub order_id: Option<String>,
    /// Absent until it is paid for.
    #[serde(deserialize_with = "moment")]
    pub purchase_completion_time: Option<Timestamp>,
    pub acknowledgement_state: Option<String>,
    pub purchase_state_context: PurchaseStateContext,
    pub test_purchase_context: Option<Present>,
    pub obfuscated_external_account_id: Option<String>,
    pub product_line_item: Vec<ProductLineItem>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PurchaseStateContext {
    /// `PURCHASED`, `CANCELLED` or `PENDING`.
    pub purchase_state: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProductLineItem {
    pub product_id: Option<String>,
    pub product_offer_details: ProductOfferDetails,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProductOfferDetails {
    pub offer_id: Option<String>,
    #[serde(deserialize_with = "integer")]
    pub quantity: Option<i64>,
    #[serde(deserialize_with = "integer")]
    pub refundable_quantity: Option<i64>,
    pub consumption_state: Option<String>,
}
