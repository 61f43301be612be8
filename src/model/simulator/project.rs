//! What the simulator's page shows of one project's simulated stores, and what its forms send.

use serde::{Deserialize, Serialize};

use super::{LifecycleAction, SaleAction, SendResult, SimulatedSubscription, SimulatorFaults, StoreEnvironment};
use crate::model::{ProjectId, SubscriptionId, Timestamp, ZoneOffset};

/// A project's simulated stores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimulatedProject {
    /// What the simulated clock shows, and the real one.
    pub now: Timestamp,
    pub real_now: Timestamp,
    /// Newest first.
    pub subscribers: Vec<SimulatedSubscriber>,
    /// What subscribers can change to.
    pub plans: Vec<SimulatedPlan>,
    /// Newest first.
    pub notifications: Vec<DeliveredNotification>,
    pub faults: SimulatorFaults,
    /// Whether the reader may move the clock and set what goes wrong: both are the whole server's.
    pub may_set_store: bool,
    /// Ids of apps whose simulated customers are another project's.
    pub taken: Vec<String>,
}

/// A simulated subscription and ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimulatedSubscriber {
    pub simulated: SimulatedSubscription,
    /// None while nothing of it has arrived.
    pub subscription: Option<SubscriptionId>,
}

/// A subscription product of a simulated app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedPlan {
    pub store_app_id: String,
    pub product_id: String,
    pub name: String,
}

/// A notification of a simulated store and how its sending went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredNotification {
    pub notification_id: String,
    pub kind: String,
    pub subtype: Option<String>,
    /// What it is about, where it is about a sale.
    pub product_id: Option<String>,
    pub order_id: Option<String>,
    /// By the simulated clock.
    pub as_of: Timestamp,
    /// When it is sent next; none when it arrived or was given up.
    pub due_at: Option<Timestamp>,
    pub attempts: u32,
    /// How the last sending went.
    pub result: Option<SendResult>,
    pub is_delivered: bool,
}

/// Something to do to a subscriber; field names as the use case's errors name them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriberForm {
    pub project: ProjectId,
    pub chain: String,
    pub action: LifecycleAction,
    /// Of a change of plan.
    #[serde(default)]
    pub product_id: String,
    /// Of a change of plan or an offer: ISO 8601; empty for as it is.
    #[serde(default)]
    pub period: String,
    /// Of whatever has one: decimal.
    #[serde(default)]
    pub price: String,
    #[serde(default)]
    pub currency: String,
    #[serde(default)]
    pub at_once: bool,
    #[serde(default)]
    pub needs_consent: bool,
    /// Of a further product that is removed.
    #[serde(default)]
    pub add_on: String,
    #[serde(default)]
    pub days: String,
    /// Of an offer: its type's number, its id, its kind of discount, how many periods it covers.
    #[serde(default)]
    pub offer_type: String,
    #[serde(default)]
    pub offer_id: String,
    #[serde(default)]
    pub discount: String,
    #[serde(default)]
    pub periods: String,
}

/// Something to do to a purchase.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleForm {
    pub project: ProjectId,
    pub store_app_id: String,
    #[serde(rename = "world")]
    pub environment: StoreEnvironment,
    pub order: String,
    pub action: SaleAction,
    /// Of a refund in part; empty for all of it.
    #[serde(default)]
    pub percentage: String,
    /// Of a refund in part: how many pieces; empty for all of them.
    #[serde(default)]
    pub quantity: String,
    /// Of a refund.
    #[serde(default)]
    pub app_issue: bool,
    /// Of a refund that is asked for.
    #[serde(default)]
    pub reason: String,
}

/// How far to move the simulated clock: by a length, or to a moment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ClockForm {
    pub project: ProjectId,
    /// ISO 8601, such as `P1M`; empty when it is to a moment.
    #[serde(default)]
    pub step: String,
    /// `2026-12-01T09:00`, by a clock that is so far from UTC.
    #[serde(default)]
    pub to: String,
    pub zone: ZoneOffset,
}

/// A notification to send again; all that are due when none is named.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NotificationForm {
    pub project: ProjectId,
    #[serde(default)]
    pub notification: String,
}

/// What is to go wrong from now on; what is empty or absent does not.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultsForm {
    pub project: ProjectId,
    /// `clear` for nothing at all.
    #[serde(default)]
    pub choice: String,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub error_code: String,
    #[serde(default)]
    pub retry_after_seconds: String,
    #[serde(default)]
    pub calls: String,
    #[serde(default)]
    pub path: String,
    #[serde(default)]
    pub delay_millis: String,
    #[serde(default)]
    pub lost_percent: String,
    #[serde(default)]
    pub lost_for_good: bool,
    #[serde(default)]
    pub repeated_percent: String,
    #[serde(default)]
    pub delay_seconds: String,
    #[serde(default)]
    pub reordered: bool,
    #[serde(default)]
    pub damage: String,
    #[serde(default)]
    pub rate_limits: bool,
    #[serde(default)]
    pub unreleased: bool,
}
