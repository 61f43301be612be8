use super::text_enum::text_enum;
use super::{Ownership, Subscription, SubscriptionState};

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

impl Subscription {
    /// Whether a store that extends periods may extend this one: running, paid, and the player's own.
    pub fn can_extend(&self) -> bool {
        let is_running = matches!(self.state, SubscriptionState::Active | SubscriptionState::Canceled);
        let is_free = self.offer.as_ref().is_some_and(super::Offer::is_free_trial);
        is_running && !is_free && self.ownership == Ownership::Purchased
    }
}
