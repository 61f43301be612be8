use serde::{Deserialize, Serialize};

use crate::model::{PaymentSeq, ProjectId, Timestamp};

/// An operator takes a payment back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefundForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub reason: String,
}

/// Staff close a payment that was never paid.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CloseForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub reason: String,
}

/// Staff open a consumed payment for one more consume.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReopenForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub reason: String,
    /// When it was consumed, as the form showed it.
    pub consumed_at: Option<Timestamp>,
}

/// An operator has the store give a payment's money back.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreRefundForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub reason: String,
    /// The player keeps what was bought.
    #[serde(default)]
    pub keeps_access: bool,
    /// What else was paid for in the same order may be given back with it.
    #[serde(default)]
    pub whole_order: bool,
}

/// A payment to ask the store about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecheckForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
}

/// An operator corrects a payment to SUCCESS; field names as the use case's errors name them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CorrectForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub receipt_number: String,
    /// Needed where the store can't be asked, as the currency is.
    #[serde(default)]
    pub price: String,
    #[serde(default)]
    pub currency: String,
    pub reason: String,
    #[serde(default)]
    pub without_store: bool,
}

/// Staff make a purchase from before the app's date consumable.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReleaseForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub reason: String,
}

/// Staff give a purchase to a player; field names as the use case's errors name them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub user_key: String,
    pub user_channel: String,
    /// Staff know that this server knows no such player yet.
    #[serde(default)]
    pub is_new: bool,
    pub reason: String,
}
