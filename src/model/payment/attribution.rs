//! How a payment came to us, and why it is its user's.

use crate::model::text_enum::text_enum;

text_enum! {
    /// How a payment came into the books.
    PaymentSource {
        Reservation = "RESERVATION",
        /// A proof was brought without a reservation: a promotion, a restore.
        Verify = "VERIFY",
        /// The store told of it first.
        Notification = "NOTICE",
        /// Found in the store's history, for its notification had been missed.
        Backfilled = "BACKFILLED",
    }
}

text_enum! {
    /// What led to a purchase's user.
    Attribution {
        /// The account token the app handed to the store.
        Token = "TOKEN",
        /// The reservation it settled.
        Reservation = "RESERVATION",
        /// Who presented it first: gives way to a token, a subscription's owner or a reservation.
        Presenter = "PRESENTER",
        /// Support staff.
        Staff = "STAFF",
        /// Another purchase of the same store account: a weak lead, which gives way to whoever presents the purchase.
        StoreAccount = "STORE_ACCOUNT",
        /// Nothing yet.
        None = "NONE",
    }
}

impl Attribution {
    /// Whether nobody said whose the purchase is, so that staff may.
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::StoreAccount | Self::None)
    }

    /// Which of two leads to a purchase's owner holds (docs/rules.md, Whose a purchase is): the greater.
    pub const fn strength(self) -> u8 {
        match self {
            Self::None => 0,
            Self::StoreAccount => 1,
            Self::Presenter => 2,
            Self::Reservation => 3,
            Self::Token => 4,
            Self::Staff => 5,
        }
    }

    /// Whether it gives way to an account token or a reservation.
    pub const fn gives_way(self) -> bool {
        self.strength() <= Self::Presenter.strength()
    }
}
