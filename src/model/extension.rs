use super::text_enum::text_enum;
use super::{Ownership, StoreCode, Subscription, SubscriptionState};

/// The longest a store extends a period at once.
pub const EXTENSION_DAYS_MAX: u32 = 90;

text_enum! {
    /// Why a period is extended.
    ExtensionReason {
        CustomerSatisfaction = "CUSTOMER_SATISFACTION",
        /// A service issue or outage.
        ServiceIssue = "SERVICE_ISSUE",
        Other = "OTHER",
        Undeclared = "UNDECLARED",
    }
}

impl ExtensionReason {
    /// Apple's number of the reason.
    pub const fn code(self) -> u32 {
        match self {
            Self::Undeclared => 0,
            Self::CustomerSatisfaction => 1,
            Self::Other => 2,
            Self::ServiceIssue => 3,
        }
    }
}

impl Subscription {
    /// Whether the store may extend it: a running, paid period of the player's own in the App Store.
    pub fn can_extend(&self) -> bool {
        let is_running = matches!(self.state, SubscriptionState::Active | SubscriptionState::Canceled);
        let is_free = self.offer.as_ref().is_some_and(super::Offer::is_free_trial);
        self.store == StoreCode::AppStore && is_running && !is_free && self.ownership == Ownership::Purchased
    }
}
