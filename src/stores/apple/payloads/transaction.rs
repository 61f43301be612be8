use serde::Deserialize;
use serde_json::Value;

use super::Others;
use super::lenient::{moment, whole};
use crate::model::Timestamp;

/// JWSTransactionDecodedPayload: one purchase or one renewal.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Transaction {
    /// New for each purchase and each renewal.
    pub transaction_id: Option<String>,
    /// The chain: that of the first purchase.
    pub original_transaction_id: Option<String>,
    pub web_order_line_item_id: Option<String>,
    pub bundle_id: Option<String>,
    pub product_id: Option<String>,
    pub subscription_group_identifier: Option<String>,
    #[serde(deserialize_with = "moment")]
    pub purchase_date: Option<Timestamp>,
    #[serde(deserialize_with = "moment")]
    pub original_purchase_date: Option<Timestamp>,
    /// End of the paid period; grace does not move it, a renewal extension does.
    #[serde(deserialize_with = "moment")]
    pub expires_date: Option<Timestamp>,
    #[serde(deserialize_with = "whole")]
    pub quantity: Option<i64>,
    /// `Auto-Renewable Subscription`, `Consumable`, …
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub app_account_token: Option<String>,
    /// `PURCHASED`, `FAMILY_SHARED`, `ASSIGNED`; an open list.
    pub in_app_ownership_type: Option<String>,
    /// The version stamp: a greater one wins.
    #[serde(deserialize_with = "moment")]
    pub signed_date: Option<Timestamp>,
    #[serde(deserialize_with = "moment")]
    pub revocation_date: Option<Timestamp>,
    #[serde(deserialize_with = "whole")]
    pub revocation_reason: Option<i64>,
    /// `REFUND_FULL`, `REFUND_PRORATED` or `FAMILY_REVOKE`.
    pub revocation_type: Option<String>,
    /// Thousandths of a percent.
    #[serde(deserialize_with = "whole")]
    pub revocation_percentage: Option<i64>,
    /// An upgrade replaced this transaction.
    pub is_upgraded: Option<bool>,
    /// 1 introductory, 2 promotional, 3 offer code, 4 win-back.
    #[serde(deserialize_with = "whole")]
    pub offer_type: Option<i64>,
    pub offer_identifier: Option<String>,
    pub offer_discount_type: Option<String>,
    pub offer_period: Option<String>,
    pub environment: Option<String>,
    pub storefront: Option<String>,
    pub storefront_id: Option<String>,
    /// `PURCHASE` or `RENEWAL`.
    pub transaction_reason: Option<String>,
    /// Thousandths of the currency's unit, for the whole quantity.
    #[serde(deserialize_with = "whole")]
    pub price: Option<i64>,
    pub currency: Option<String>,
    pub app_transaction_id: Option<String>,
    pub billing_plan_type: Option<String>,
    pub commitment_info: Option<Commitment>,
    pub advanced_commerce_info: Option<Value>,
    pub previous_original_transaction_id: Option<String>,
    #[serde(flatten)]
    pub other: Others,
}

/// Where a monthly billed commitment stands.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Commitment {
    #[serde(deserialize_with = "whole")]
    pub billing_period_number: Option<i64>,
    #[serde(deserialize_with = "whole")]
    pub total_billing_periods: Option<i64>,
    #[serde(deserialize_with = "moment")]
    pub commitment_expires_date: Option<Timestamp>,
    #[serde(deserialize_with = "whole")]
    pub commitment_price: Option<i64>,
    #[serde(flatten)]
    pub other: Others,
}
