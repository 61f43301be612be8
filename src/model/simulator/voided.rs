//! How a simulated sale is paid for, and how its store took it back.

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;
use crate::model::text_enum::text_enum;

text_enum! {
    /// How far a sale is paid for.
    SalePayment {
        Paid = "PAID",
        /// The customer pays in cash later.
        Pending = "PENDING",
        /// The customer never paid.
        Dropped = "DROPPED",
    }
}

text_enum! {
    /// How a customer came by a sale.
    SaleOrigin {
        Ordinary = "ORDINARY",
        PromoCode = "PROMO_CODE",
        /// For watching an advertisement.
        Rewarded = "REWARDED",
    }
}

text_enum! {
    /// Who had a sale taken back.
    VoidSource { User = "USER", Developer = "DEVELOPER", Store = "STORE" }
}

text_enum! {
    /// Why a sale was taken back.
    VoidReason {
        Other = "OTHER",
        Remorse = "REMORSE",
        Chargeback = "CHARGEBACK",
        /// Neither app nor server acknowledged it in time.
        Unacknowledged = "UNACKNOWLEDGED",
    }
}

/// A record that a sale, or some pieces of it, were taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VoidRecord {
    /// By the simulated clock.
    pub at: Timestamp,
    /// By the real clock.
    pub recorded_at: Timestamp,
    pub source: VoidSource,
    pub reason: VoidReason,
    /// How many pieces, where it was not all at once.
    pub quantity: Option<i64>,
}

/// A bank's question about a sale, which waits for the developer's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefundReview {
    pub token: String,
    pub asked_at: Timestamp,
    /// The first answer; later ones count for nothing.
    pub answer: Option<serde_json::Value>,
}
