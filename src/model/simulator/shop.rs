//! What the demo shop sells, and the calls of a visit to it.

use serde::{Deserialize, Serialize};

use crate::model::text_enum::text_enum;
use crate::model::{PaymentDetail, PaymentSeq, ProductSeq, ProductType, StoreCode, SubscriptionId};

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

text_enum! {
    /// How the player of the demo shop pays; what is not ordinary, only some stores have.
    ShopPayment {
        Ordinary = "ORDINARY",
        /// Later, in cash.
        Pending = "PENDING",
        /// A subscription in advance, without renewal.
        Prepaid = "PREPAID",
        /// A subscription with a commitment to some payments.
        Installments = "INSTALLMENTS",
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
