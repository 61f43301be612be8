use serde::Deserialize;

use super::{Present, WireMoney, moment};
use crate::model::Timestamp;

/// An order: who paid what, and what was given back of it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Order {
    pub order_id: Option<String>,
    pub purchase_token: Option<String>,
    /// `PENDING`, `PROCESSED`, `CANCELED`, `PENDING_REFUND`, `PARTIALLY_REFUNDED` or `REFUNDED`.
    pub state: Option<String>,
    #[serde(deserialize_with = "moment")]
    pub create_time: Option<Timestamp>,
    /// What the player paid, with tax.
    pub total: Option<WireMoney>,
    pub order_history: OrderHistory,
    pub line_items: Vec<LineItem>,
}

/// Several orders, in the order they were asked for.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OrderBatch {
    pub orders: Vec<Order>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OrderHistory {
    pub processed_event: Option<Event>,
    pub cancellation_event: Option<Event>,
    pub refund_event: Option<RefundEvent>,
    pub partial_refund_events: Vec<PartialRefundEvent>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    #[serde(deserialize_with = "moment")]
    pub event_time: Option<Timestamp>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RefundEvent {
    #[serde(deserialize_with = "moment")]
    pub event_time: Option<Timestamp>,
    /// `OTHER` or `CHARGEBACK`.
    pub refund_reason: Option<String>,
    pub refund_details: RefundDetails,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PartialRefundEvent {
    #[serde(deserialize_with = "moment")]
    pub process_time: Option<Timestamp>,
    /// `PENDING` or `PROCESSED_SUCCESSFULLY`.
    pub state: Option<String>,
    pub refund_details: RefundDetails,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RefundDetails {
    pub total: Option<WireMoney>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LineItem {
    pub product_id: Option<String>,
    pub total: Option<WireMoney>,
    pub one_time_purchase_details: Option<OneTimePurchaseDetails>,
    pub subscription_details: Option<SubscriptionDetails>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OneTimePurchaseDetails {
    pub quantity: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubscriptionDetails {
    pub offer_id: Option<String>,
    pub offer_phase_details: OfferPhaseDetails,
    #[serde(deserialize_with = "moment")]
    pub service_period_start_time: Option<Timestamp>,
    #[serde(deserialize_with = "moment")]
    pub service_period_end_time: Option<Timestamp>,
}

/// Exactly one of them is there.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OfferPhaseDetails {
    pub free_trial_details: Option<Present>,
    pub introductory_price_details: Option<Present>,
}
