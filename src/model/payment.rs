use super::text_enum::text_enum;

/// The user channel taken when a caller names none.
pub const USER_CHANNEL_DEFAULT: &str = "GF";

text_enum! {
    /// Where a payment stands (design.md section 3).
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

    /// Whether the player may still report having cancelled.
    pub const fn can_close(self) -> bool {
        matches!(self, Self::Reserved | Self::Pending)
    }

    /// Whether an operator may mark the payment refunded (nhn-iap.md 4.4).
    pub const fn can_refund(self) -> bool {
        matches!(self, Self::Success | Self::Reserved | Self::Failure)
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
    /// Who made a change to a payment.
    Actor { Server = "SERVER", Client = "CLIENT", Store = "STORE", Operator = "OPERATOR", System = "SYSTEM" }
}

text_enum! {
    /// Why a verify was refused: one code per reason (design.md 5.1).
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
    }
}
