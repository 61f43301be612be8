mod offer;
mod query;
mod terms;

use serde::{Deserialize, Serialize};

use super::money::PriceColumns;
use super::text_enum::text_enum;
use super::{AppSeq, Attribution, Environment, Money, ProductSeq, ProductType, StoreCode, SubscriptionId, Timestamp};

pub use offer::{DiscountType, Offer, OfferColumns, OfferType};
pub use query::{SubscriptionDetail, SubscriptionQuery};
pub use terms::{SubscriptionState, SubscriptionTerms};

text_enum! {
    /// How the player came by a purchase. Only `PURCHASED` was paid for by the player: the others give access and no goods.
    Ownership {
        Purchased = "PURCHASED",
        FamilyShared = "FAMILY_SHARED",
        /// A seat of an organisation or a group.
        Assigned = "ASSIGNED",
        /// The store has a word for it that we do not know.
        Other = "OTHER",
    }
}

text_enum! {
    /// Why a subscription does not renew.
    ExpirationReason {
        Canceled = "CANCELED",
        BillingError = "BILLING_ERROR",
        PriceRefused = "PRICE_REFUSED",
        ProductUnavailable = "PRODUCT_UNAVAILABLE",
        Other = "OTHER",
    }
}

text_enum! {
    /// What the player said to a higher price.
    PriceConsent { Pending = "PENDING", Given = "GIVEN" }
}

/// One store chain: the same subscription through renewals, lapses and changes of plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Subscription {
    pub subscription_id: SubscriptionId,
    pub app_seq: AppSeq,
    pub store: StoreCode,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub environment: Environment,
    /// The store's id of the chain: Apple's original transaction id.
    pub chain_id: String,
    /// The group of plans it can move within.
    pub group_id: Option<String>,
    pub product_seq: ProductSeq,
    /// The present plan's id in the store's console.
    #[sqlx(rename = "store_product_id")]
    pub product_id: String,
    pub product_name: String,
    pub product_type: ProductType,
    /// The plan from the next renewal on, when it is another.
    pub next_product_id: Option<String>,
    pub user_channel: String,
    /// Empty when nobody is known yet.
    pub user_key: String,
    pub attribution: Attribution,
    pub state: SubscriptionState,
    /// The store's number of the present period; a payment has it as `store_order_id`.
    pub order_id: String,
    /// When the chain began.
    pub started_at: Timestamp,
    pub period_start: Timestamp,
    /// The end of what is paid for, without grace.
    pub period_end: Timestamp,
    pub grace_end: Option<Timestamp>,
    pub auto_renew: bool,
    /// The store tries to charge again.
    pub in_retry: bool,
    pub is_paused: bool,
    /// What the next renewal will cost, when the store said so.
    #[sqlx(flatten, try_from = "PriceColumns")]
    pub next_price: Option<Money>,
    pub expiration_reason: Option<ExpirationReason>,
    /// Asked for a higher price.
    pub price_consent: Option<PriceConsent>,
    /// The offer in force in the present period.
    #[sqlx(flatten, try_from = "OfferColumns")]
    pub offer: Option<Offer>,
    pub ownership: Ownership,
    pub revoked_at: Option<Timestamp>,
    /// How new the store's word on the present period is.
    pub purchase_as_of: Timestamp,
    /// How new its word on the renewal is.
    pub renewal_as_of: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Subscription {
    /// The state at a moment; the one answer to whether it gives access.
    pub fn state_at(&self, now: Timestamp) -> SubscriptionState {
        self.terms().state_at(now)
    }

    pub fn terms(&self) -> SubscriptionTerms {
        SubscriptionTerms {
            period_end: self.period_end,
            grace_end: self.grace_end,
            auto_renew: self.auto_renew,
            in_retry: self.in_retry,
            is_paused: self.is_paused,
            is_over: self.expiration_reason.is_some() && !self.in_retry,
            revoked_at: self.revoked_at,
            as_of: self.renewal_as_of.map_or(self.purchase_as_of, |at| at.max(self.purchase_as_of)),
        }
    }
}

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

#[cfg(test)]
mod tests;
