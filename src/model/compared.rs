use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use super::{EventKind, PaymentEvent};

text_enum! {
    /// What of a payment is laid beside the store's word.
    ComparedField {
        Status = "status",
        Product = "productId",
        Quantity = "quantity",
        Price = "price",
        Chain = "originalOrderId",
        User = "accountToken",
        Ownership = "ownership",
        Environment = "environment",
        PurchasedAt = "purchasedAt",
        ExpiresAt = "expiresAt",
        RefundedAt = "refundedAt",
    }
}

/// One value of ours beside the store's. Moments are in RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    pub field: ComparedField,
    pub ours: Option<String>,
    pub store: Option<String>,
}

impl Compared {
    pub fn differs(&self) -> bool {
        self.ours != self.store
    }
}

/// What a payment's latest check laid side by side, as it was before the store's word was entered.
pub fn latest_check(events: &[PaymentEvent]) -> Option<(&PaymentEvent, Vec<Compared>)> {
    let checks = events.iter().filter(|event| event.kind == EventKind::Check);
    let read = |event: &PaymentEvent| serde_json::from_value(event.evidence.as_ref()?.read().get_mut("compared")?.take()).ok();
    checks.filter_map(|event| Some((event, read(event)?))).max_by_key(|(event, _)| event.at)
}
