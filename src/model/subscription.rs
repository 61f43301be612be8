use super::text_enum::text_enum;

text_enum! {
    /// Where a subscription stands (design.md section 4).
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
