//! What happens to sales and subscriptions, in no store's words.

use crate::model::{ExpirationReason, RefundReason};

/// One thing that happened; a store may notify of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Happened {
    /// Something that does not renew was sold.
    Bought,
    Subscribed,
    /// The player came back to a subscription that had ended.
    Resubscribed,
    Renewed,
    RenewalFailed {
        has_grace: bool,
    },
    /// A renewal that had failed was charged after all.
    Recovered,
    GraceEnded,
    Expired(ExpirationReason),
    RenewalSwitched {
        is_on: bool,
    },
    /// The player moved to another plan at once.
    Upgraded,
    /// The player chose another plan from the next renewal on.
    Downgraded,
    /// The player went back to the present plan.
    PlanKept,
    OfferRedeemed,
    PriceRaised {
        needs_consent: bool,
    },
    PriceAccepted,
    /// The developer moved the end of the present period.
    Extended,
    /// Somebody else who paid stopped sharing.
    Revoked,
    Refunded,
    RefundReversed,
    RefundDeclined,
    RefundRequested(RefundReason),
}
