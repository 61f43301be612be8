//! What a simulated plan may have beside its price and its period: a commitment, and products that renew with it.

use serde::{Deserialize, Serialize};

use crate::model::{Money, Timestamp};

/// The payments a customer has committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Installments {
    pub committed: u32,
    /// How many of them are still to be made.
    pub remaining: u32,
    /// The customer cancelled: it ends with the last of them.
    #[serde(default)]
    pub is_canceled: bool,
}

/// A further product of a subscription: it is bought with the plan and renews with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddOn {
    pub product_id: String,
    pub price: Option<Money>,
    /// The customer removed it: it ends with the present period.
    #[serde(default)]
    pub is_removed: bool,
}

/// A further product of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleItem {
    pub product_id: String,
    pub quantity: i64,
    /// For the whole quantity.
    pub price: Option<Money>,
    /// When the app or its server consumed it.
    #[serde(default)]
    pub consumed_at: Option<Timestamp>,
}
