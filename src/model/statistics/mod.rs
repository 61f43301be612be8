//! The numbers of a project: what was asked for, and what pages, files and the API show.

mod overview;
mod query;
mod rates;
mod report;
mod subscriptions;
mod tally;

pub use overview::{
    AttentionCount, DailyRevenue, EnvironmentNumbers, JobAlarm, ListTotals, Numbers, Overview, SetupProgress, UserTotal,
    WAITING_COUNTED_MAX,
};
pub use query::{Comparison, DaySpan, Preset, SpanUnit, StatisticsInput, StatisticsQuery};
pub use rates::{ExchangeRate, StatisticsSettings};
pub use report::{Amounts, Breakdown, BreakdownRow, Converted, Point, SpanNumbers, Statistics, UnconsumedAge, UnconsumedCount};
pub use subscriptions::{Cohort, SubscriptionDay, SubscriptionNumbers, SubscriptionSummary};
pub use tally::{Dimension, PaidKind, SumKey, Tally};
