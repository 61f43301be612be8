//! How a project's subscriptions stand and how they came and went.

use serde::{Deserialize, Serialize};

use crate::model::{Day, MoneySum, SubscriptionState, Timestamp};

/// A project's subscriptions in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionSummary {
    /// When they were counted.
    pub counted_at: Timestamp,
    pub numbers: SubscriptionNumbers,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionNumbers {
    /// At present, by state.
    pub states: Vec<(SubscriptionState, i64)>,
    /// Of those that give access, how many are in a free trial.
    pub trials: i64,
    /// What those that are paid for bring in a month of 365.25 / 12 days, one for each currency.
    pub monthly_revenue: Vec<MoneySum>,
    /// By day, the oldest first; days on which nothing happened are left out.
    pub days: Vec<SubscriptionDay>,
    /// By the month they began in, the oldest first.
    pub cohorts: Vec<Cohort>,
}

/// What happened to subscriptions on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriptionDay {
    pub day: Day,
    pub began: i64,
    /// The player cancelled.
    pub ended_by_player: i64,
    /// The store could not charge.
    pub ended_by_billing: i64,
    /// The store took it back.
    pub revoked: i64,
    pub ended_otherwise: i64,
    /// Free trials that began on the day.
    pub trials: i64,
    /// Of those, how many were paid for afterwards, so far.
    pub converted: i64,
}

impl SubscriptionDay {
    pub const fn on(day: Day) -> Self {
        Self { day, began: 0, ended_by_player: 0, ended_by_billing: 0, revoked: 0, ended_otherwise: 0, trials: 0, converted: 0 }
    }

    pub const fn ended(&self) -> i64 {
        self.ended_by_player + self.ended_by_billing + self.revoked + self.ended_otherwise
    }

    pub fn add(&mut self, other: &Self) {
        self.began += other.began;
        self.ended_by_player += other.ended_by_player;
        self.ended_by_billing += other.ended_by_billing;
        self.revoked += other.revoked;
        self.ended_otherwise += other.ended_otherwise;
        self.trials += other.trials;
        self.converted += other.converted;
    }
}

/// Subscriptions that began in one month: how many of them reached their second, third, … period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// The month's first day.
    pub month: Day,
    pub began: i64,
    /// For each renewal: how many are there, of how many for whom it has come due.
    pub renewed: Vec<(i64, i64)>,
}

impl Cohort {
    /// So many renewals are followed.
    pub const RENEWALS_MAX: usize = 12;
}
