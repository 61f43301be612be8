use serde::Deserialize;

use super::{integer, millis};
use crate::model::Timestamp;

/// One page of the voided purchases; an empty one is `{}`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VoidedPage {
    pub token_pagination: TokenPagination,
    pub voided_purchases: Vec<VoidedPurchase>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenPagination {
    pub next_page_token: Option<String>,
}

/// An order that was refunded or charged back. All renewals of a subscription share one token: the order is what is meant.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VoidedPurchase {
    pub purchase_token: Option<String>,
    pub order_id: Option<String>,
    #[serde(deserialize_with = "millis")]
    pub voided_time_millis: Option<Timestamp>,
    #[serde(deserialize_with = "integer")]
    pub voided_source: Option<i64>,
    #[serde(deserialize_with = "integer")]
    pub voided_reason: Option<i64>,
    /// Of a quantity-based partial refund only.
    #[serde(deserialize_with = "integer")]
    pub voided_quantity: Option<i64>,
}
