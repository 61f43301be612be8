//! Where a payment stands, and why a proof of it was refused.

use crate::model::text_enum::text_enum;

text_enum! {
    /// Where a payment stands (docs/rules.md, Payment states).
    PaymentStatus {
        Reserved = "RESERVED",
        Pending = "PENDING",
        Success = "SUCCESS",
        Failure = "FAILURE",
        UserClose = "USER_CLOSE",
        Refund = "REFUND",
    }
}

impl PaymentStatus {
    /// Whether a valid proof may still turn this payment into SUCCESS.
    pub const fn can_verify(self) -> bool {
        matches!(self, Self::Reserved | Self::Pending | Self::Failure | Self::UserClose)
    }

    /// Whether a verify may still settle the payment.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Reserved | Self::Pending | Self::Failure | Self::UserClose)
    }

    /// Whether the player may still report having cancelled.
    pub const fn can_close(self) -> bool {
        matches!(self, Self::Reserved | Self::Pending)
    }

    /// Whether there is money that was paid and not taken back, which an operator may mark refunded.
    pub const fn can_refund(self) -> bool {
        matches!(self, Self::Success)
    }

    /// Whether an operator may close the payment, which was never paid (docs/stores/nhn.md, Manual changes).
    pub const fn can_close_by_staff(self) -> bool {
        matches!(self, Self::Reserved | Self::Failure)
    }

    /// Whether an operator may correct the payment to SUCCESS with a proof.
    pub const fn can_correct(self) -> bool {
        matches!(self, Self::Reserved | Self::Failure)
    }
}

text_enum! {
    /// Our acknowledgement towards the store.
    Finish { None = "NONE", Due = "DUE", Done = "DONE", Failed = "FAILED" }
}

text_enum! {
    /// Why somebody should look at a payment.
    Attention {
        /// The store could not be told that the buyer has what was bought, and is not told again.
        FinishFailed = "FINISH_FAILED",
        /// Granted by its signature alone and consumed; the store does not stand behind it.
        Unconfirmed = "UNCONFIRMED",
        /// Granted by its signature alone; the store is asked again.
        Provisional = "PROVISIONAL",
    }
}

text_enum! {
    /// Why a verify was refused: one code per reason (docs/rules.md, Refusal codes).
    RefusalCode {
        ProofInvalid = "PROOF_INVALID",
        AppMismatch = "APP_MISMATCH",
        EnvironmentMismatch = "ENVIRONMENT_MISMATCH",
        ProductMismatch = "PRODUCT_MISMATCH",
        ProductUnknown = "PRODUCT_UNKNOWN",
        UserMismatch = "USER_MISMATCH",
        OwnedByAnotherUser = "OWNED_BY_ANOTHER_USER",
        AlreadyConsumed = "ALREADY_CONSUMED",
        Refunded = "REFUNDED",
        Expired = "EXPIRED",
        Pending = "PENDING",
        StoreUnavailable = "STORE_UNAVAILABLE",
        StoreCredentials = "STORE_CREDENTIALS",
        /// Our own questions to the store wait in a full queue; the store was not asked.
        TooManyRequests = "TOO_MANY_REQUESTS",
    }
}

impl RefusalCode {
    /// Whether it says something of us or of the way to the store, and nothing of the purchase.
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::StoreUnavailable | Self::StoreCredentials | Self::TooManyRequests)
    }
}
