//! What payments add up to, and by what.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::model::text_enum::text_enum;
use crate::model::{Day, Environment};

text_enum! {
    /// What sums are told apart by, besides environment, day and currency.
    Dimension {
        Total = "TOTAL",
        Store = "STORE",
        App = "APP",
        Product = "PRODUCT",
        /// One-time, first period or renewal: `PaidKind`.
        Kind = "KIND",
        /// Why a verify was refused; `payments` counts the reservations that stand so.
        Refusal = "REFUSAL",
    }
}

text_enum! {
    /// What a payment was for.
    PaidKind {
        OneTime = "ONE_TIME",
        /// A subscription's first period.
        NewSubscription = "NEW_SUBSCRIPTION",
        /// A later one.
        Renewal = "RENEWAL",
    }
}

/// What a sum is of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SumKey {
    pub environment: Environment,
    pub dimension: Dimension,
    pub day: Day,
    /// The dimension's: a store's code, an app's number.
    pub value: String,
    /// Empty for what brought no money.
    pub currency: String,
}

/// What payments add up to. Payments count on the day they were made, refunds on the day the money went back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub payments: i64,
    pub refunds: i64,
    /// In millionths of the currency's unit, as is `refunded`.
    pub gross: i128,
    pub refunded: i128,
}

impl Tally {
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    pub const fn net(&self) -> i128 {
        self.gross - self.refunded
    }

    pub const fn negated(self) -> Self {
        Self { payments: -self.payments, refunds: -self.refunds, gross: -self.gross, refunded: -self.refunded }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.payments += other.payments;
        self.refunds += other.refunds;
        self.gross += other.gross;
        self.refunded += other.refunded;
    }
}
