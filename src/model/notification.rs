use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use super::{AppSeq, Environment, NotificationNo, PaymentSeq, StoreCode, SubscriptionId, Timestamp, Version};

text_enum! {
    /// How a store's notification reached us.
    NotificationSource {
        /// The store sent it.
        Received = "RECEIVED",
        /// We found it in the store's history: it had been missed.
        Backfilled = "BACKFILLED",
    }
}

text_enum! {
    /// How far a store's notification has come.
    NotificationStatus {
        Waiting = "WAITING",
        Applied = "APPLIED",
        /// Understood or not, it changes nothing; kept as a record.
        WithoutEffect = "WITHOUT_EFFECT",
        /// Tried as often as it makes sense; a person must look.
        Dead = "DEAD",
    }
}

/// Something a store told us about one app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct StoreNotification {
    pub notice_no: NotificationNo,
    pub app_seq: AppSeq,
    pub store: StoreCode,
    pub environment: Environment,
    /// The store's own number of it, the same however often it is sent.
    pub dedupe_key: String,
    /// The store's own word: `DID_RENEW`.
    pub kind: String,
    /// The store's own word: `BILLING_RECOVERY`.
    pub subtype: Option<String>,
    /// The purchase it is about, if any.
    pub order_id: Option<String>,
    /// The subscription's chain it is about, if any.
    pub chain_id: Option<String>,
    pub source: NotificationSource,
    pub status: NotificationStatus,
    /// What it did: a stable word such as `PAYMENT_REFUNDED`.
    pub effect: Option<String>,
    /// Why it could not be applied so far.
    pub reason: Option<String>,
    /// When the store signed it.
    pub signed_at: Timestamp,
    pub received_at: Timestamp,
    pub applied_at: Option<Timestamp>,
    pub attempts: i64,
    /// When it is tried (again); none once it is done or dead.
    pub due_at: Option<Timestamp>,
}

impl StoreNotification {
    /// Whether a person may have it applied again.
    pub const fn can_apply_again(&self) -> bool {
        matches!(self.status, NotificationStatus::Dead | NotificationStatus::Waiting)
    }
}

/// A notification with everything the store signed in it, decoded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotificationDetail {
    pub notification: StoreNotification,
    /// The payload with its inner signed parts in place, decoded; no certificates.
    pub decoded: serde_json::Value,
    pub payment_seq: Option<PaymentSeq>,
    pub subscription_id: Option<SubscriptionId>,
}

/// What to look for among a project's notifications; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotificationQuery {
    /// The store's number of the notification, or an order or chain id it is about.
    pub any_id: Option<String>,
    pub status: Option<NotificationStatus>,
    pub store: Option<StoreCode>,
    pub environment: Option<Environment>,
    pub source: Option<NotificationSource>,
    /// The store's own word.
    pub kind: Option<String>,
    /// Received at or after.
    pub from: Option<Timestamp>,
    /// Received before.
    pub to: Option<Timestamp>,
    /// Where the previous page ended.
    pub cursor: Option<String>,
    /// Rows a page, 1 to 100; 0 takes the default of 50.
    pub limit: u32,
}

text_enum! {
    /// What a project answers the App Store when it asks, before a refund, whether the goods were used.
    ConsumptionPolicy {
        /// Nothing is said.
        Off = "OFF",
        /// Whether the payment was consumed, as it stands in our books.
        ConsumeState = "CONSUME_STATE",
    }
}

/// How a project deals with what stores ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorePolicy {
    pub consumption: ConsumptionPolicy,
    /// When and by whom it was stated that players agreed to their use being told to the store; nothing is sent without.
    pub consent: Option<Consent>,
    pub version: Version,
}

/// A statement that players agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub at: Timestamp,
    /// The operator's e-mail.
    pub by: String,
}
