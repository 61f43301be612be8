use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use super::{
    Money, PaymentDetail, PaymentSeq, PaymentStatus, ProductSeq, ProductType, SaleDetails, StoreCode, StoreEnvironment,
    SubscriptionId, Timestamp,
};

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
    pub world: StoreEnvironment,
    /// The store account's id within the app: Apple's appTransactionId.
    pub customer_id: String,
    /// The first purchase of its chain; its own id when it renews nothing.
    pub chain_id: String,
    /// The number on the customer's receipt.
    pub receipt_id: String,
    /// Counts the changes among a customer's purchases.
    pub changed: i64,
    pub details: SaleDetails,
}

impl SimulatedPurchase {
    /// One consumable of the App Store's sandbox, bought then by nobody named, for no price said.
    pub fn consumable(order_id: &str, store_app_id: &str, product_id: &str, purchased_at: Timestamp) -> Self {
        Self {
            order_id: order_id.to_owned(),
            store: StoreCode::AppStore,
            store_app_id: store_app_id.to_owned(),
            product_id: product_id.to_owned(),
            player: String::new(),
            account_token: None,
            quantity: 1,
            price: None,
            purchased_at,
            revoked_at: None,
            world: StoreEnvironment::Sandbox,
            customer_id: "704000000000000001".into(),
            chain_id: order_id.to_owned(),
            receipt_id: format!("S{order_id}"),
            changed: 0,
            details: SaleDetails::default(),
        }
    }
}

/// A sale of a simulated store and the payment it became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedSale {
    pub purchase: SimulatedPurchase,
    /// None while no app has brought its proof.
    pub payment: Option<(PaymentSeq, PaymentStatus)>,
}

/// Something the demo shop sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopGood {
    pub product_seq: ProductSeq,
    pub product_id: String,
    pub product_name: String,
    pub product_type: ProductType,
    pub store: StoreCode,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub app_name: String,
}

text_enum! {
    /// Whom the demo shop plays in a step.
    ShopActor { App = "APP", Store = "STORE", GameServer = "GAME_SERVER" }
}

text_enum! {
    /// How a visit to the demo shop ended.
    ShopEnd {
        /// Bought, verified and consumed.
        Consumed = "CONSUMED",
        /// Bought and verified; the player owns it.
        Owned = "OWNED",
        /// Subscribed and verified; goods of the period, if there are any, are consumed.
        Subscribed = "SUBSCRIBED",
        /// Bought and verified; nothing at hand may consume in this project.
        Unconsumed = "UNCONSUMED",
        /// The player cancelled, and the payment is closed.
        Cancelled = "CANCELLED",
        /// The last step was refused.
        Failed = "FAILED",
    }
}

/// One call the demo shop made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopStep {
    pub actor: ShopActor,
    pub method: String,
    pub path: String,
    /// The HTTP status answered.
    pub status: u16,
    /// The answer as JSON with its long texts cut; secrets are cut too.
    pub answer: String,
}

impl ShopStep {
    pub const fn is_ok(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

/// One visit to the demo shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShopRun {
    /// None when not even the reservation was made.
    pub payment: Option<PaymentSeq>,
    /// In the order made.
    pub steps: Vec<ShopStep>,
    pub end: ShopEnd,
}

/// What became of a visit: its payment, and the subscription it is a period of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShopVisit {
    pub detail: PaymentDetail,
    pub subscription: Option<SubscriptionId>,
}
