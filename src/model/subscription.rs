use serde::{Deserialize, Serialize};

use super::money::PriceColumns;
use super::text_enum::text_enum;
use super::{
    AppSeq, Attribution, Environment, Money, Payment, ProductSeq, ProductType, StoreCode, StoreNotification, SubscriptionId,
    Timestamp,
};

text_enum! {
    /// Where a subscription stands (docs/rules.md, Subscription states).
    SubscriptionState {
        Active = "ACTIVE",
        Canceled = "CANCELED",
        OnHold = "ON_HOLD",
        InGracePeriod = "IN_GRACE_PERIOD",
        Paused = "PAUSED",
        Revoked = "REVOKED",
        Expired = "EXPIRED",
    }
}

impl SubscriptionState {
    /// NHN's number of the state.
    pub const fn code(self) -> i32 {
        match self {
            Self::Active => 0,
            Self::Canceled => 3,
            Self::OnHold => 5,
            Self::InGracePeriod => 6,
            Self::Paused => 10,
            Self::Revoked => 12,
            Self::Expired => 13,
        }
    }

    /// Whether the player has what they subscribed to; a cancelled one until it expires.
    pub const fn gives_access(self) -> bool {
        matches!(self, Self::Active | Self::Canceled | Self::InGracePeriod)
    }
}

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

text_enum! {
    /// How a price below the usual came about.
    OfferType {
        Introductory = "INTRODUCTORY",
        Promotional = "PROMOTIONAL",
        OfferCode = "OFFER_CODE",
        WinBack = "WIN_BACK",
        /// One the store has and we have no word for.
        Other = "OTHER",
    }
}

/// An offer a purchase was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub offer_type: OfferType,
    /// The offer's id in the store's console; introductory ones have none.
    pub offer_id: Option<String>,
    /// The store's own word: `FREE_TRIAL`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT`, `ONE_TIME`.
    pub discount_type: Option<String>,
}

/// An offer's columns; all are null where there was no offer.
#[derive(sqlx::FromRow)]
pub struct OfferColumns {
    offer_type: Option<OfferType>,
    offer_id: Option<String>,
    offer_discount: Option<String>,
}

impl From<OfferColumns> for Option<Offer> {
    fn from(columns: OfferColumns) -> Self {
        let OfferColumns { offer_type, offer_id, offer_discount } = columns;
        Some(Offer { offer_type: offer_type?, offer_id, discount_type: offer_discount })
    }
}

impl Offer {
    pub fn is_free_trial(&self) -> bool {
        self.discount_type.as_deref() == Some("FREE_TRIAL")
    }
}

/// What decides a subscription's state at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubscriptionTerms {
    pub period_end: Timestamp,
    pub grace_end: Option<Timestamp>,
    pub auto_renew: bool,
    pub in_retry: bool,
    pub is_paused: bool,
    /// The store has said that it will not renew any more.
    pub is_over: bool,
    pub revoked_at: Option<Timestamp>,
    /// When the store spoke last: it is never earlier than that, whatever our clock says.
    pub as_of: Timestamp,
}

/// A renewal may be told of a little after the period it follows has ended.
const RENEWAL_LAG_MILLIS: i64 = 2 * Timestamp::MINUTE;
/// The longest any store tries to charge again.
const RETRY_MILLIS_MAX: i64 = 60 * Timestamp::DAY;

impl SubscriptionTerms {
    /// The state at a moment.
    pub fn state_at(&self, now: Timestamp) -> SubscriptionState {
        let now = now.max(self.as_of);
        if self.revoked_at.is_some() {
            SubscriptionState::Revoked
        } else if now < self.period_end {
            if self.auto_renew { SubscriptionState::Active } else { SubscriptionState::Canceled }
        } else if self.grace_end.is_some_and(|grace_end| now < grace_end) {
            SubscriptionState::InGracePeriod
        } else if self.is_over {
            SubscriptionState::Expired
        } else if self.is_paused {
            SubscriptionState::Paused
        } else if self.in_retry && now < self.period_end.plus_millis(RETRY_MILLIS_MAX) {
            SubscriptionState::OnHold
        } else if self.auto_renew && !self.in_retry && now < self.period_end.plus_millis(RENEWAL_LAG_MILLIS) {
            SubscriptionState::Active
        } else {
            SubscriptionState::Expired
        }
    }

    /// When time alone changes the state next, if ever.
    pub fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let state = self.state_at(now);
        let end = self.period_end;
        let mut moments =
            [Some(end), self.grace_end, Some(end.plus_millis(RENEWAL_LAG_MILLIS)), Some(end.plus_millis(RETRY_MILLIS_MAX))];
        moments.sort();
        moments.into_iter().flatten().find(|moment| *moment > now && self.state_at(*moment) != state)
    }
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

/// What to look for among a project's subscriptions; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubscriptionQuery {
    /// Any id at hand: user key, subscription number, the store's chain id or any of its order ids.
    pub any_id: Option<String>,
    pub user_key: Option<String>,
    pub user_channel: Option<String>,
    pub state: Option<SubscriptionState>,
    pub store: Option<StoreCode>,
    pub environment: Option<Environment>,
    /// The present plan.
    pub product_id: Option<String>,
    /// Only those nobody is known for.
    pub without_user: bool,
    /// Begun at or after.
    pub from: Option<Timestamp>,
    /// Begun before.
    pub to: Option<Timestamp>,
    /// Where the previous page ended.
    pub cursor: Option<String>,
    /// Rows a page, 1 to 100; 0 takes the default of 50.
    pub limit: u32,
}

/// A subscription with its paid periods and what the store told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionDetail {
    pub subscription: Subscription,
    /// One payment per paid period, newest period first.
    pub periods: Vec<Payment>,
    /// Newest first.
    pub notifications: Vec<StoreNotification>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: Timestamp = Timestamp(1_000 * Timestamp::DAY);

    fn terms() -> SubscriptionTerms {
        SubscriptionTerms {
            period_end: END,
            grace_end: None,
            auto_renew: true,
            in_retry: false,
            is_paused: false,
            is_over: false,
            revoked_at: None,
            as_of: Timestamp(0),
        }
    }

    #[test]
    fn time_passes_through_the_states() {
        use SubscriptionState::{Active, Canceled, Expired, InGracePeriod, OnHold, Paused, Revoked};
        let grace = SubscriptionTerms { grace_end: Some(END.plus_millis(Timestamp::DAY)), in_retry: true, ..terms() };
        let cases = [
            (terms(), [Active, Active, Expired, Expired]),
            (SubscriptionTerms { auto_renew: false, ..terms() }, [Canceled, Expired, Expired, Expired]),
            (SubscriptionTerms { in_retry: true, ..terms() }, [Active, OnHold, OnHold, Expired]),
            (grace, [Active, InGracePeriod, InGracePeriod, Expired]),
            (SubscriptionTerms { is_over: true, ..terms() }, [Active, Expired, Expired, Expired]),
            (SubscriptionTerms { is_paused: true, ..terms() }, [Active, Paused, Paused, Paused]),
            (SubscriptionTerms { revoked_at: Some(END), ..terms() }, [Revoked; 4]),
        ];
        for (terms, states) in cases {
            let moments = [-1, 0, Timestamp::HOUR, 61 * Timestamp::DAY].map(|millis| END.plus_millis(millis));
            assert_eq!(moments.map(|moment| terms.state_at(moment)), states, "{terms:?}");
        }
        assert_eq!(grace.state_at(END.plus_millis(2 * Timestamp::DAY)), OnHold);
    }

    #[test]
    fn the_stores_word_is_never_from_the_future() {
        let terms = SubscriptionTerms { auto_renew: false, as_of: END.plus_millis(1), ..terms() };
        assert_eq!(terms.state_at(Timestamp(0)), SubscriptionState::Expired, "the store's clock is ahead of ours");
    }

    #[test]
    fn knows_when_it_changes_next() {
        let grace_end = END.plus_millis(Timestamp::DAY);
        let terms = SubscriptionTerms { grace_end: Some(grace_end), in_retry: true, ..terms() };
        assert_eq!(terms.next_change(Timestamp(0)), Some(END));
        assert_eq!(terms.next_change(END), Some(grace_end));
        assert_eq!(terms.next_change(grace_end), Some(END.plus_millis(RETRY_MILLIS_MAX)));
        assert_eq!(terms.next_change(END.plus_millis(RETRY_MILLIS_MAX)), None);
        assert_eq!(SubscriptionTerms { revoked_at: Some(END), ..terms }.next_change(Timestamp(0)), None);
    }
}
