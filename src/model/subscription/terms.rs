//! The state of a subscription, and how time changes it.

use crate::model::Timestamp;
use crate::model::text_enum::text_enum;

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
pub(super) const RETRY_MILLIS_MAX: i64 = 60 * Timestamp::DAY;

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
