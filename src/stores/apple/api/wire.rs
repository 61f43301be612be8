//! What goes over the wire, in Apple's names.

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionInfo {
    pub signed_transaction_info: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppTransactionInfo {
    pub signed_app_transaction_info: String,
}

/// History and refund history alike.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignedPage {
    pub revision: Option<String>,
    pub has_more: bool,
    pub signed_transactions: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Statuses {
    #[serde(default)]
    pub data: Vec<StatusGroup>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StatusGroup {
    pub subscription_group_identifier: Option<String>,
    pub last_transactions: Vec<LastTransaction>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LastTransaction {
    pub status: i64,
    pub signed_transaction_info: String,
    pub signed_renewal_info: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderLookup {
    /// 0 valid, 1 not.
    pub status: i64,
    #[serde(default)]
    pub signed_transactions: Vec<String>,
}

/// ConsumptionRequest: how far a customer who wants the money back has used what was bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consumption {
    /// Nothing may be sent without it.
    pub customer_consented: bool,
    pub sample_content_provided: bool,
    /// `DELIVERED`, `UNDELIVERED_QUALITY_ISSUE`, `UNDELIVERED_WRONG_ITEM`, `UNDELIVERED_SERVER_OUTAGE`, `UNDELIVERED_OTHER`.
    pub delivery_status: &'static str,
    /// Thousandths of a percent; never for subscriptions that renew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumption_percentage: Option<u32>,
    /// `DECLINE`, `GRANT_FULL` or `GRANT_PRORATED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_preference: Option<&'static str>,
}

/// ExtendRenewalDateRequest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Extension {
    /// 1 to 90.
    pub extend_by_days: u32,
    /// 0 undeclared, 1 customer satisfaction, 2 other, 3 service issue or outage.
    pub extend_reason_code: u32,
    /// The same for the same extension, so that repeating it extends once.
    pub request_identifier: String,
}

/// ExtendRenewalDateResponse.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExtensionAnswer {
    pub original_transaction_id: Option<String>,
    pub web_order_line_item_id: Option<String>,
    pub success: bool,
    /// The new renewal date.
    pub effective_date: Option<Timestamp>,
}

/// MassExtendRenewalDateRequest: for all active subscribers of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MassExtension {
    #[serde(flatten)]
    pub extension: Extension,
    pub product_id: String,
    /// Countries in three letters; all when empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub storefront_country_codes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MassExtensionAnswer {
    pub request_identifier: String,
}

/// MassExtendRenewalDateStatusResponse.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MassExtensionStatus {
    pub request_identifier: Option<String>,
    pub complete: bool,
    pub complete_date: Option<Timestamp>,
    pub succeeded_count: Option<i64>,
    pub failed_count: Option<i64>,
}

/// NotificationHistoryRequest. A type and a transaction can't be asked for together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationHistoryRequest {
    pub start_date: Timestamp,
    pub end_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notification_type: Option<String>,
    /// Needs a type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notification_subtype: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<String>,
    /// Only those that never reached us.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub only_failures: bool,
}

/// One page of what Apple sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NotificationHistoryResponse {
    #[serde(rename = "notificationHistory")]
    pub items: Vec<SentNotification>,
    pub has_more: bool,
    pub pagination_token: Option<String>,
}

/// One notification and how its sending went. The payload is as it was pushed: verify it as a pushed one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentNotification {
    pub signed_payload: String,
    #[serde(default)]
    pub send_attempts: Vec<SendAttempt>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SendAttempt {
    pub attempt_date: Option<Timestamp>,
    /// `SUCCESS`, `TIMED_OUT`, `TLS_ISSUE`, …
    pub send_attempt_result: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestNotificationAnswer {
    pub test_notification_token: String,
}

/// CheckTestNotificationResponse.
pub type TestNotification = SentNotification;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CustomerGroups {
    pub groups: Vec<CustomerGroup>,
}

/// An organisation or a group whose members have seats.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomerGroup {
    pub group_id: String,
    /// `ORGANIZATION` or `CONSUMER`; an open list.
    pub group_type: String,
    /// The customer's roles, of an organisation only.
    pub roles: Vec<GroupRole>,
}

/// What a member may do with a product's seats.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupRole {
    pub product_id: String,
    /// `ADMIN` or `NONE`; an open list.
    pub role: String,
}

/// One page of a group's members.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupMembers {
    pub members: Vec<GroupMember>,
    pub has_more: bool,
    pub pagination_token: Option<String>,
}

/// A member, by the id of their way to the app.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupMember {
    pub app_transaction_id: String,
}
