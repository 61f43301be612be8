use serde::Deserialize;
use serde_json::Value;

use super::Others;
use super::lenient::{moment, whole};
use crate::model::Timestamp;

/// JWSRenewalInfoDecodedPayload: what will become of a subscription. It names no bundle: bind it to its transaction by
/// the original transaction id.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RenewalInfo {
    pub original_transaction_id: Option<String>,
    /// The product now.
    pub product_id: Option<String>,
    /// The product at the next renewal.
    pub auto_renew_product_id: Option<String>,
    /// 0 off, 1 on.
    #[serde(deserialize_with = "whole")]
    pub auto_renew_status: Option<i64>,
    #[serde(deserialize_with = "moment")]
    pub renewal_date: Option<Timestamp>,
    #[serde(deserialize_with = "moment")]
    pub recent_subscription_start_date: Option<Timestamp>,
    /// 1 cancelled, 2 billing error, 3 refused price increase, 4 product unavailable, 5 other.
    #[serde(deserialize_with = "whole")]
    pub expiration_intent: Option<i64>,
    pub is_in_billing_retry_period: Option<bool>,
    #[serde(deserialize_with = "moment")]
    pub grace_period_expires_date: Option<Timestamp>,
    /// 0 not answered, 1 consented or no consent needed.
    #[serde(deserialize_with = "whole")]
    pub price_increase_status: Option<i64>,
    #[serde(deserialize_with = "whole")]
    pub renewal_price: Option<i64>,
    pub currency: Option<String>,
    #[serde(deserialize_with = "whole")]
    pub offer_type: Option<i64>,
    pub offer_identifier: Option<String>,
    pub offer_discount_type: Option<String>,
    pub offer_period: Option<String>,
    pub eligible_win_back_offer_ids: Option<Vec<String>>,
    /// The token that will apply to the next renewal.
    pub app_account_token: Option<String>,
    pub app_transaction_id: Option<String>,
    pub environment: Option<String>,
    #[serde(deserialize_with = "moment")]
    pub signed_date: Option<Timestamp>,
    pub renewal_billing_plan_type: Option<String>,
    pub commitment_info: Option<RenewalCommitment>,
    pub advanced_commerce_info: Option<Value>,
    #[serde(flatten)]
    pub other: Others,
}

/// What follows a monthly billed commitment.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RenewalCommitment {
    pub commitment_auto_renew_product_id: Option<String>,
    #[serde(deserialize_with = "whole")]
    pub commitment_auto_renew_status: Option<i64>,
    pub commitment_renewal_billing_plan_type: Option<String>,
    #[serde(deserialize_with = "moment")]
    pub commitment_renewal_date: Option<Timestamp>,
    #[serde(deserialize_with = "whole")]
    pub commitment_renewal_price: Option<i64>,
    #[serde(flatten)]
    pub other: Others,
}
