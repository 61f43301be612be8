use serde::Deserialize;

use super::{Present, WireMoney, moment};
use crate::model::Timestamp;

/// SubscriptionPurchaseV2. What Subscribe with Google says of a person is not read.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubscriptionPurchase {
    #[serde(deserialize_with = "moment")]
    pub start_time: Option<Timestamp>,
    /// `SUBSCRIPTION_STATE_ACTIVE` and the like.
    pub subscription_state: Option<String>,
    pub acknowledgement_state: Option<String>,
    pub linked_purchase_token: Option<String>,
    pub etag: Option<String>,
    pub line_items: Vec<SubscriptionItem>,
    pub external_account_identifiers: Option<AccountIds>,
    pub test_purchase: Option<Present>,
    pub canceled_state_context: Option<CanceledStateContext>,
    pub paused_state_context: Option<PausedStateContext>,
    pub out_of_app_purchase_context: Option<OutOfAppPurchaseContext>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountIds {
    pub obfuscated_external_account_id: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubscriptionItem {
    pub product_id: Option<String>,
    /// Absent for an item that is not owned yet, as is its order.
    #[serde(deserialize_with = "moment")]
    pub expiry_time: Option<Timestamp>,
    pub latest_successful_order_id: Option<String>,
    pub auto_renewing_plan: Option<AutoRenewingPlan>,
    pub prepaid_plan: Option<Present>,
    pub offer_details: OfferDetails,
    pub offer_phase: OfferPhase,
    pub signup_promotion: Option<SignupPromotion>,
    pub deferred_item_replacement: Option<ItemName>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoRenewingPlan {
    pub auto_renew_enabled: bool,
    pub recurring_price: Option<WireMoney>,
    pub price_change_details: Option<PriceChangeDetails>,
    pub price_step_up_consent_details: Option<PriceStepUpConsentDetails>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PriceChangeDetails {
    pub new_price: Option<WireMoney>,
    /// `PRICE_INCREASE` needs the player's consent; a decrease and one they may opt out of do not.
    pub price_change_mode: Option<String>,
    /// `OUTSTANDING`, `CONFIRMED`, `APPLIED` or `CANCELED`.
    pub price_change_state: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PriceStepUpConsentDetails {
    /// `PENDING`, `CONFIRMED` or `COMPLETED`.
    pub state: Option<String>,
    pub new_price: Option<WireMoney>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OfferDetails {
    pub base_plan_id: Option<String>,
    pub offer_id: Option<String>,
}

/// Exactly one of them is there.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OfferPhase {
    pub base_price: Option<Present>,
    pub free_trial: Option<Present>,
    pub introductory_price: Option<Present>,
    pub proration_period: Option<Present>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignupPromotion {
    pub one_time_code: Option<Present>,
    pub vanity_code: Option<VanityCode>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VanityCode {
    pub promotion_code: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ItemName {
    pub product_id: Option<String>,
}

/// Exactly one of them is there.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CanceledStateContext {
    pub user_initiated_cancellation: Option<Present>,
    pub system_initiated_cancellation: Option<Present>,
    pub developer_initiated_cancellation: Option<Present>,
    pub replacement_cancellation: Option<Present>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PausedStateContext {
    #[serde(deserialize_with = "moment")]
    pub auto_resume_time: Option<Timestamp>,
}

/// Of a subscription that was bought again at Google Play itself; there until it is acknowledged.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutOfAppPurchaseContext {
    pub expired_purchase_token: Option<String>,
    pub expired_external_account_identifiers: Option<AccountIds>,
}

/// What deferring a subscription came to.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeferAnswer {
    pub item_expiry_time_details: Vec<ItemExpiry>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ItemExpiry {
    #[serde(deserialize_with = "moment")]
    pub expiry_time: Option<Timestamp>,
}
