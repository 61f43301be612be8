//! How the API shows statistics: amounts as decimal text, days as text.

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{
    Amounts, Breakdown, BreakdownRow, Cohort, Converted, DaySpan, Dimension, MoneySum, Point, SpanNumbers, Statistics,
    SubscriptionDay, SubscriptionSummary, Tally,
};

/// What was paid in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PaidAmountView {
    /// ISO 4217.
    currency: String,
    payments: i64,
    refunds: i64,
    /// Decimal text: what players paid.
    #[schema(example = "4400.00")]
    gross: String,
    /// What went back, on the days it went back.
    refunded: String,
    /// The one less the other.
    net: String,
}

impl PaidAmountView {
    fn new(currency: &str, tally: &Tally) -> Self {
        let decimal = |micros| MoneySum { micros, currency: currency.to_owned() }.to_decimal();
        Self {
            currency: currency.to_owned(),
            payments: tally.payments,
            refunds: tally.refunds,
            gross: decimal(tally.gross),
            refunded: decimal(tally.refunded),
            net: decimal(tally.net()),
        }
    }
}

/// The numbers of some days.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NumbersView {
    /// The first day.
    from: String,
    /// The last day.
    to: String,
    payments: i64,
    refunds: i64,
    /// Users who paid on these days, each counted once.
    payers: i64,
    /// Of those, who never paid before.
    new_payers: i64,
    /// Given for no money: trials, promotion codes, rewards, family shares.
    free: i64,
    /// Reservations of these days whose proof was refused.
    refused: i64,
    amounts: Vec<PaidAmountView>,
}

impl NumbersView {
    fn new(span: DaySpan, numbers: &SpanNumbers) -> Self {
        let amount = |amounts: &Amounts| PaidAmountView::new(&amounts.currency, &amounts.tally);
        Self {
            from: span.from.to_string(),
            to: span.to.to_string(),
            payments: numbers.payments(),
            refunds: numbers.refunds(),
            payers: numbers.payers,
            new_payers: numbers.new_payers,
            free: numbers.free,
            refused: numbers.refused,
            amounts: numbers.amounts.iter().map(amount).collect(),
        }
    }
}

impl From<Point> for NumbersView {
    fn from(point: Point) -> Self {
        Self::new(point.span, &point.numbers)
    }
}

/// One value's sums in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ValueView {
    /// A store's code, `appSeq`, `productSeq`, or `ONE_TIME`, `NEW_SUBSCRIPTION`, `RENEWAL`.
    value: String,
    name: Option<String>,
    now: PaidAmountView,
    before: PaidAmountView,
}

impl From<BreakdownRow> for ValueView {
    fn from(row: BreakdownRow) -> Self {
        let (now, before) = (PaidAmountView::new(&row.currency, &row.now), PaidAmountView::new(&row.currency, &row.before));
        Self { value: row.value, name: row.name, now, before }
    }
}

/// A refusal code and how often.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RefusalView {
    code: &'static str,
    now: i64,
    before: i64,
}

/// What one unit of a currency was worth.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RateView {
    currency: String,
    valid_from: String,
    #[schema(example = "1385.2")]
    rate: String,
}

/// Revenue added up in one currency at the rates that were entered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConvertedView {
    now: PaidAmountView,
    before: Option<PaidAmountView>,
    /// The rates that were used.
    rates: Vec<RateView>,
    /// Currencies with days without a rate: those days are left out.
    missing: Vec<String>,
}

impl From<Converted> for ConvertedView {
    fn from(converted: Converted) -> Self {
        let amount = |tally: &Tally| PaidAmountView::new(&converted.currency, tally);
        let rates = converted.rates.iter().map(|rate| RateView {
            currency: rate.currency.clone(),
            valid_from: rate.valid_from.to_string(),
            rate: rate.rate_text(),
        });
        Self {
            now: amount(&converted.now),
            before: converted.before.as_ref().map(amount),
            rates: rates.collect(),
            missing: converted.missing.clone(),
        }
    }
}

/// Unconsumed purchases by age.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UnconsumedView {
    /// `UNDER_HOUR`, `UNDER_DAY`, `UNDER_WEEK` or `OLDER`.
    age: &'static str,
    count: i64,
}

/// What happened to subscriptions on a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SubscriptionDayView {
    day: String,
    began: i64,
    ended_by_player: i64,
    ended_by_billing: i64,
    revoked: i64,
    ended_otherwise: i64,
    /// Free trials that began on the day.
    trials: i64,
    /// Of those, how many were paid for afterwards, so far.
    converted: i64,
}

impl From<SubscriptionDay> for SubscriptionDayView {
    fn from(day: SubscriptionDay) -> Self {
        Self {
            day: day.day.to_string(),
            began: day.began,
            ended_by_player: day.ended_by_player,
            ended_by_billing: day.ended_by_billing,
            revoked: day.revoked,
            ended_otherwise: day.ended_otherwise,
            trials: day.trials,
            converted: day.converted,
        }
    }
}

/// Subscriptions that began in a month.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CohortView {
    /// `2026-11`.
    month: String,
    began: i64,
    /// For each renewal: how many were made, of how many that came due.
    renewed: Vec<RenewedView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RenewedView {
    count: i64,
    of: i64,
}

impl From<Cohort> for CohortView {
    fn from(cohort: Cohort) -> Self {
        let renewed = cohort.renewed.into_iter().map(|(count, of)| RenewedView { count, of }).collect();
        Self { month: cohort.month.month_text(), began: cohort.began, renewed }
    }
}

/// How many subscriptions stand in a state.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StateView {
    state: &'static str,
    count: i64,
}

/// What subscriptions that are paid for bring in a month of 365.25 / 12 days.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MonthlyView {
    currency: String,
    amount: String,
}

/// How subscriptions stand, and how they came and went on the days asked for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SubscriptionsView {
    /// When they were counted: up to ten minutes ago where there are very many.
    counted_at: String,
    states: Vec<StateView>,
    /// Of those that give access, how many are in a free trial.
    trials: i64,
    monthly_revenue: Vec<MonthlyView>,
    days: Vec<SubscriptionDayView>,
    cohorts: Vec<CohortView>,
}

impl SubscriptionsView {
    fn new(summary: SubscriptionSummary, span: DaySpan) -> Self {
        let numbers = summary.numbers;
        let monthly = numbers.monthly_revenue.into_iter();
        Self {
            counted_at: summary.counted_at.to_rfc3339(),
            states: numbers.states.into_iter().map(|(state, count)| StateView { state: state.as_str(), count }).collect(),
            trials: numbers.trials,
            monthly_revenue: monthly.map(|sum| MonthlyView { amount: sum.to_decimal(), currency: sum.currency }).collect(),
            days: numbers.days.into_iter().filter(|day| span.contains(day.day)).map(Into::into).collect(),
            cohorts: numbers.cohorts.into_iter().map(Into::into).collect(),
        }
    }
}

/// The numbers of some days in one environment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct StatisticsView {
    environment: &'static str,
    /// The zone the days are of.
    #[schema(example = "Asia/Seoul")]
    time_zone: String,
    as_of: String,
    /// While older payments are being added up (after an update, or a change of the time zone): how far, in percent. Until then
    /// numbers are missing.
    progress_percent: Option<u8>,
    now: NumbersView,
    before: Option<NumbersView>,
    /// By `unit`.
    points: Vec<NumbersView>,
    kinds: Vec<ValueView>,
    stores: Vec<ValueView>,
    apps: Vec<ValueView>,
    products: Vec<ValueView>,
    refusals: Vec<RefusalView>,
    /// At present, whatever the days.
    unconsumed: Vec<UnconsumedView>,
    /// Whether more wait than were counted.
    unconsumed_is_more: bool,
    /// Where the project has a currency to add up in.
    converted: Option<ConvertedView>,
    subscriptions: SubscriptionsView,
}

impl From<Statistics> for StatisticsView {
    fn from(found: Statistics) -> Self {
        let values = |dimension: Dimension| -> Vec<ValueView> {
            let rows =
                found.breakdowns.iter().filter(|one: &&Breakdown| one.dimension == dimension).flat_map(|one| one.rows.clone());
            rows.map(Into::into).collect()
        };
        let (kinds, stores) = (values(Dimension::Kind), values(Dimension::Store));
        let (apps, products) = (values(Dimension::App), values(Dimension::Product));
        let query = found.query;
        let before = query.compared.zip(found.before).map(|(span, numbers)| NumbersView::new(span, &numbers));
        let refusals = found.refusals.into_iter().map(|(code, now, before)| RefusalView { code: code.as_str(), now, before });
        let unconsumed = found.unconsumed.into_iter().map(|one| UnconsumedView { age: one.age.as_str(), count: one.count });
        Self {
            environment: query.environment.as_str(),
            time_zone: found.time_zone,
            as_of: found.as_of.to_rfc3339(),
            progress_percent: found.progress_percent,
            now: NumbersView::new(query.span, &found.now),
            before,
            points: found.points.into_iter().map(Into::into).collect(),
            kinds,
            stores,
            apps,
            products,
            refusals: refusals.collect(),
            unconsumed: unconsumed.collect(),
            unconsumed_is_more: found.is_unconsumed_more,
            converted: found.converted.map(Into::into),
            subscriptions: SubscriptionsView::new(found.subscriptions, query.span),
        }
    }
}
