//! A paid period of a subscription, as of a moment.

use serde::{Deserialize, Serialize};

use super::super::Payment;
use crate::model::{Subscription, SubscriptionState, Timestamp};

/// Where a paid period of a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Period {
    /// It runs; whether another follows, where that is known.
    Running {
        until: Option<Timestamp>,
        renews: Option<bool>,
    },
    /// It is over, and the store tries to charge again; the player has access until then.
    InGrace {
        until: Timestamp,
    },
    /// It is over, the store tries to charge again, and the player has no access.
    OnHold,
    Paused,
    /// It is over; whether another came after it.
    Over {
        until: Timestamp,
        is_renewed: bool,
    },
    /// Another plan took its place.
    Superseded {
        at: Timestamp,
    },
}

impl Period {
    pub(super) fn of(payment: &Payment, subscription: Option<&Subscription>, now: Timestamp) -> Self {
        if let Some(at) = payment.superseded_at {
            return Self::Superseded { at };
        }
        let Some(until) = payment.expires_at else { return Self::Running { until: None, renews: None } };
        let Some(one) = subscription else {
            return if now < until {
                Self::Running { until: Some(until), renews: None }
            } else {
                Self::Over { until, is_renewed: false }
            };
        };
        if payment.store_order_id.as_deref() != Some(one.order_id.as_str()) {
            let is_renewed = one.period_start >= until || one.period_end > until;
            return if now < until {
                Self::Running { until: Some(until), renews: None }
            } else {
                Self::Over { until, is_renewed }
            };
        }
        match one.state_at(now) {
            SubscriptionState::Active => Self::Running { until: Some(until), renews: Some(true) },
            SubscriptionState::Canceled => Self::Running { until: Some(until), renews: Some(false) },
            SubscriptionState::InGracePeriod => Self::InGrace { until: one.grace_end.unwrap_or(until) },
            SubscriptionState::OnHold => Self::OnHold,
            SubscriptionState::Paused => Self::Paused,
            SubscriptionState::Expired | SubscriptionState::Revoked => Self::Over { until, is_renewed: false },
        }
    }
}
