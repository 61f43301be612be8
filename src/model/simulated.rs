use serde::{Deserialize, Serialize};

use super::{Money, StoreCode, Timestamp};

/// One sale of a simulated store, as its own books have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedPurchase {
    pub order_id: String,
    pub store: StoreCode,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub product_id: String,
    /// The store account that bought; empty when nobody was named.
    pub player: String,
    pub account_token: Option<String>,
    pub quantity: i64,
    /// For the whole quantity.
    pub price: Option<Money>,
    pub purchased_at: Timestamp,
    /// When the store took it back.
    pub revoked_at: Option<Timestamp>,
}
