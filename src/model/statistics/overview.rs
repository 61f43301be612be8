use serde::{Deserialize, Serialize};

use crate::model::{App, Attention, Day, Environment, MoneySum, Payment, Timestamp};

/// What happened to the payments made in a span of time, in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// Reserved or first seen.
    pub made: i64,
    /// Of those, verified or corrected to SUCCESS, refunded later or not.
    pub verified: i64,
    /// Of those, standing at FAILURE.
    pub refused: i64,
    /// Of those, refunded.
    pub refunded: i64,
    /// What the paid ones brought, refunds left out; one per currency.
    pub revenue: Vec<MoneySum>,
}

/// What a list of payments adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListTotals {
    pub payments: i64,
    /// Whether there are more than were counted.
    pub is_cut: bool,
    /// What was paid and not given back, one for each environment and currency.
    pub kept: Vec<(Environment, MoneySum)>,
}

/// One environment's numbers; environments are never added up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvironmentNumbers {
    pub environment: Environment,
    pub today: Numbers,
    pub yesterday: Numbers,
    /// Today and the six days before.
    pub week: Numbers,
    /// Paid more than an hour ago and still not consumed; counted up to `WAITING_COUNTED_MAX`.
    pub waiting: i64,
}

/// Unconsumed payments are counted up to here, over all environments; more than that is "at least".
pub const WAITING_COUNTED_MAX: i64 = 10_000;

/// How far a project's set-up has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupProgress {
    pub has_app: bool,
    /// An app's connection to its store was tested and is good.
    pub has_connection: bool,
    pub has_product: bool,
    pub has_secret_key: bool,
    pub has_verified: bool,
    pub has_consumed: bool,
}

impl SetupProgress {
    pub const fn is_complete(&self) -> bool {
        self.has_app && self.has_connection && self.has_product && self.has_secret_key && self.has_verified && self.has_consumed
    }
}

/// A project at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Today, as the reader's zone has it: `2026-11-30`.
    pub today: String,
    /// LIVE always and first; others when they have had payments this week or have some waiting.
    pub environments: Vec<EnvironmentNumbers>,
    /// Of the first environment that has any; none where nobody paid yet.
    pub revenue: Option<DailyRevenue>,
    /// The newest few.
    pub latest: Vec<Payment>,
    pub setup: SetupProgress,
    pub alarms: Vec<JobAlarm>,
    /// Payments that need a person, by reason; none where there are none.
    pub attention: Vec<AttentionCount>,
    /// The apps in outage mode.
    pub outages: Vec<App>,
}

/// What each of the last days brought, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DailyRevenue {
    pub environment: Environment,
    /// The one with most payments.
    pub currency: String,
    /// The oldest day first, in millionths.
    pub days: Vec<(Day, i128)>,
}

/// How many payments need a person for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttentionCount {
    pub attention: Attention,
    pub count: i64,
}

/// Jobs of one kind that are not done though their deadline is near: somebody must look why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct JobAlarm {
    /// The name of the job.
    pub kind: String,
    pub count: i64,
    /// The first of their deadlines.
    pub deadline_at: Timestamp,
}

/// What one user paid in one environment and currency; never added up across either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserTotal {
    pub environment: Environment,
    /// Payments standing at SUCCESS.
    pub paid: i64,
    /// None where the store named no price.
    pub paid_sum: Option<MoneySum>,
    pub refunded: i64,
    pub refunded_sum: Option<MoneySum>,
}
