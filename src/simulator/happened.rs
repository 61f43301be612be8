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
    /// The player removed a further product from the next renewal on.
    ItemsChanged,
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
    /// Some pieces of a sale were taken back.
    RefundedPart,
    /// The money went back, and the customer keeps what it was for.
    RefundedAlone,
    /// A payment that was pending never came.
    PaymentDropped,
    PauseScheduled,
    Paused,
    /// A pause is over, and the next period is paid.
    Resumed,
    RefundReversed,
    RefundDeclined,
    RefundRequested(RefundReason),
}
