//! The numbers of some days, as pages, files and the API show them.

use serde::{Deserialize, Serialize};

use super::{DaySpan, Dimension, ExchangeRate, StatisticsQuery, SubscriptionSummary, Tally};
use crate::model::text_enum::text_enum;
use crate::model::{RefusalCode, Timestamp};

/// What was paid in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    pub currency: String,
    #[serde(flatten)]
    pub tally: Tally,
}

/// The numbers of a span of days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanNumbers {
    /// One for each currency; the one with most payments first.
    pub amounts: Vec<Amounts>,
    /// What was given for no money: trials, promotion codes, rewards, family shares.
    pub free: i64,
    /// Users who paid on these days, each counted once.
    pub payers: i64,
    /// Of those, who never paid before.
    pub new_payers: i64,
    /// Reservations of these days whose proof was refused.
    pub refused: i64,
}

impl SpanNumbers {
    pub fn payments(&self) -> i64 {
        self.amounts.iter().map(|amounts| amounts.tally.payments).sum()
    }

    pub fn refunds(&self) -> i64 {
        self.amounts.iter().map(|amounts| amounts.tally.refunds).sum()
    }

    pub fn of_currency(&self, currency: &str) -> Tally {
        self.amounts.iter().find(|amounts| amounts.currency == currency).map_or_else(Tally::default, |amounts| amounts.tally)
    }
}

/// The numbers of a day, week or month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub span: DaySpan,
    pub numbers: SpanNumbers,
}

/// Sums told apart by one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    pub dimension: Dimension,
    pub rows: Vec<BreakdownRow>,
}

/// One value's sums in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakdownRow {
    pub value: String,
    /// What it is called, where it has a name.
    pub name: Option<String>,
    pub currency: String,
    pub now: Tally,
    pub before: Tally,
}

/// Revenue added up in one currency, at the rates that an operator entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    pub currency: String,
    pub now: Tally,
    pub before: Option<Tally>,
    /// Of each point.
    pub points: Vec<Tally>,
    pub points_before: Vec<Tally>,
    /// Those that were used.
    pub rates: Vec<ExchangeRate>,
    /// Currencies with payments on days without a rate, which are left out.
    pub missing: Vec<String>,
}

text_enum! {
    /// How long a paid purchase has waited to be consumed.
    UnconsumedAge { UnderHour = "UNDER_HOUR", UnderDay = "UNDER_DAY", UnderWeek = "UNDER_WEEK", Older = "OLDER" }
}

/// How many wait, of one age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnconsumedCount {
    pub age: UnconsumedAge,
    pub count: i64,
}

/// All the numbers of some days in one environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    pub query: StatisticsQuery,
    /// The zone the days are of.
    pub time_zone: String,
    pub as_of: Timestamp,
    /// How far older payments are added up, in percent; none when all are.
    pub progress_percent: Option<u8>,
    pub now: SpanNumbers,
    pub before: Option<SpanNumbers>,
    pub points: Vec<Point>,
    pub points_before: Vec<Point>,
    pub breakdowns: Vec<Breakdown>,
    /// Refused reservations by reason: of these days, and of those they are laid beside.
    pub refusals: Vec<(RefusalCode, i64, i64)>,
    /// At present, whatever the days.
    pub unconsumed: Vec<UnconsumedCount>,
    /// Whether more wait than were counted.
    pub is_unconsumed_more: bool,
    /// Where the project has a currency to add up in.
    pub converted: Option<Converted>,
    pub subscriptions: SubscriptionSummary,
}
