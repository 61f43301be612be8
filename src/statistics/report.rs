//! The statistics of some days: what was added up before, what was made or changed since, and what it is laid beside.

use std::collections::{BTreeMap, HashMap};

use super::convert::{DaySum, convert};
use super::payers::payers_of;
use super::since::{self, Since};
use super::subscriptions;
use crate::db::statistics::sums::{Part, ValueSum};
use crate::db::statistics::{payers, payments, rates, sums};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{
    Amounts, Breakdown, BreakdownRow, Comparison, DailyRevenue, Day, DaySpan, Dimension, Environment, NamedZone, Point,
    ProjectId, RefusalCode, SpanNumbers, SpanUnit, Statistics, StatisticsInput, StatisticsQuery, Tally, Timestamp, UnconsumedAge,
    UnconsumedCount,
};
use crate::projects;
use crate::simulator;
use crate::state::AppState;

/// The sums may change while they are read; more often than this they do not.
const TRIES: usize = 5;
/// Values of one dimension that are told: more than anybody looks through.
const ROWS_MAX: usize = 2_000;
/// Unconsumed purchases are counted up to here.
const UNCONSUMED_MAX: i64 = 5_000;
const BROKEN_DOWN: [Dimension; 4] = [Dimension::Kind, Dimension::Store, Dimension::App, Dimension::Product];
/// The days of the overview's chart.
const REVENUE_DAYS: i64 = 28;
/// The groups that sums by value are read in.
const NOW: i64 = 0;
const BEFORE: i64 = 1;

/// The statistics of the days that are asked for, by the days of the project's zone; right to the last committed payment.
pub async fn get_statistics(state: &AppState, project: &ProjectId, input: &StatisticsInput) -> Result<Statistics> {
    let settings = rates::find(&mut state.db.read().await?, project).await?.ok_or(Error::NotFound("project"))?;
    let zone = NamedZone::parse(&settings.time_zone).unwrap_or_else(NamedZone::utc);
    let now = state.clock.now();
    let today = today(state, &zone, input.environment.unwrap_or(Environment::Live)).await?;
    let query = input.resolve(today).map_err(|(field, reason)| Error::invalid(field, reason))?;
    let (since, found) = find_sums(state, project, &zone, &query).await?;
    let points = points(&found, query.span, &query);
    let points_before = query.compared.map(|span| self::points(&found, span, &query)).unwrap_or_default();
    let day_sums: Vec<DaySum<'_>> = found
        .days
        .iter()
        .filter(|((_, is_refused, currency), _)| !is_refused && !currency.is_empty())
        .map(|((day, _, currency), tally)| DaySum { day: *day, currency, tally: *tally })
        .collect();
    let converted = convert(&settings, &day_sums, query.span, &points, query.compared, &points_before);
    let unconsumed = count_unconsumed(state, project, query.environment, now).await?;
    Ok(Statistics {
        time_zone: zone.name().to_owned(),
        as_of: now,
        progress_percent: since.percent,
        now: found.numbers(query.span),
        before: query.compared.map(|span| found.numbers(span)),
        refusals: found.refusals(),
        breakdowns: breakdowns(state, project, &found).await?,
        is_unconsumed_more: unconsumed.iter().map(|one| one.count).sum::<i64>() >= UNCONSUMED_MAX,
        unconsumed,
        subscriptions: subscriptions::get(state, project, &zone, query.environment).await?,
        converted,
        points,
        points_before,
        query,
    })
}

/// The simulated stores' clock may be months ahead: their days are those that it shows.
async fn today(state: &AppState, zone: &NamedZone, environment: Environment) -> Result<Day> {
    let is_simulated = environment == Environment::Simulator && state.simulator.is_some();
    Ok(zone.day_of(if is_simulated { simulator::now(state).await? } else { state.clock.now() }))
}

/// What each of the last 28 days brought, in the environment and currency of most payments: live ones before others.
pub(super) async fn find_daily_revenue(state: &AppState, project: &ProjectId) -> Result<Option<DailyRevenue>> {
    let Some(settings) = rates::find(&mut state.db.read().await?, project).await? else { return Ok(None) };
    let zone = NamedZone::parse(&settings.time_zone).unwrap_or_else(NamedZone::utc);
    for environment in Environment::ALL {
        let to = today(state, &zone, *environment).await?;
        let span = DaySpan { from: to.plus(1 - REVENUE_DAYS), to };
        let input = StatisticsInput { environment: Some(*environment), compare: Some(Comparison::None), ..Default::default() };
        let query = input.resolve(to).map_err(|(field, reason)| Error::invalid(field, reason))?;
        let found = find_sums(state, project, &zone, &StatisticsQuery { span, unit: SpanUnit::Month, ..query }).await?.1;
        let Some(first) = found.numbers(span).amounts.into_iter().next() else { continue };
        let currency = first.currency;
        let net = |day| found.numbers(DaySpan { from: day, to: day }).of_currency(&currency).net();
        let days = (span.from.0..=span.to.0).map(|day| (Day(day), net(Day(day)))).collect();
        return Ok(Some(DailyRevenue { environment: *environment, currency, days }));
    }
    Ok(None)
}

/// What of the sums an answer is made of.
#[derive(Default)]
struct Found {
    /// By day, whether it is of what was refused, and currency.
    days: BTreeMap<(Day, bool, String), Tally>,
    values: Vec<ValueSum>,
    payers: HashMap<DaySpan, (i64, i64)>,
}

/// Reads until the sums stay the same from beginning to end.
async fn find_sums(state: &AppState, project: &ProjectId, zone: &NamedZone, query: &StatisticsQuery) -> Result<(Since, Found)> {
    for _ in 0..TRIES {
        let since = since::read(state, project, zone).await?;
        let found = read(&mut state.db.read().await?, &since, query).await?;
        if since::is_current(state, project, &since).await? {
            return Ok((since, found));
        }
    }
    Err(Error::internal("the sums changed too often to be read"))
}

async fn read(tx: &mut Tx, since: &Since, query: &StatisticsQuery) -> Result<Found> {
    let (roll, environment) = (since.progress.roll_id, query.environment);
    let mut found = Found::default();
    let spans: Vec<DaySpan> = std::iter::once(query.span).chain(query.compared).collect();
    for span in &spans {
        for (key, tally) in sums::list_days(tx, roll, environment, *span).await? {
            // Where the two spans overlap a day comes twice, with the same sum.
            found.days.insert((key.day, key.dimension == Dimension::Refusal, key.currency), tally);
        }
    }
    found.values = sums::list_values(tx, roll, environment, &parts(query)).await?;
    for (key, tally) in since.content.sums.iter().filter(|(key, _)| key.environment == environment) {
        let groups = [(NOW, Some(query.span)), (BEFORE, query.compared)];
        let groups = groups.into_iter().filter(|(_, span)| span.is_some_and(|span| span.contains(key.day)));
        let groups: Vec<i64> = groups.map(|(group, _)| group).collect();
        if matches!(key.dimension, Dimension::Total | Dimension::Refusal) && !groups.is_empty() {
            let key = (key.day, key.dimension == Dimension::Refusal, key.currency.clone());
            *found.days.entry(key).or_default() += *tally;
        }
        found.values.extend(groups.into_iter().map(|group| ValueSum {
            group,
            dimension: key.dimension,
            value: key.value.clone(),
            currency: key.currency.clone(),
            tally: *tally,
        }));
    }
    let mut counted = spans.clone();
    counted.extend(spans.iter().flat_map(|span| span.parts(query.unit)));
    let kept = payers::count(tx, roll, environment, &counted).await?;
    for (span, (payers, new)) in counted.into_iter().zip(kept) {
        let (more, more_new) = payers_of(&since.pairs, environment, span);
        found.payers.insert(span, (payers + more, new + more_new));
    }
    Ok(found)
}

/// The stored sums that make up the spans: whole months, and the days before and after them.
fn parts(query: &StatisticsQuery) -> Vec<Part> {
    let mut parts = Vec::new();
    let groups = [(NOW, Some(query.span)), (BEFORE, query.compared)];
    for (group, span) in groups.into_iter().filter_map(|(group, span)| Some((group, span?))) {
        for dimension in BROKEN_DOWN.into_iter().chain([Dimension::Refusal]) {
            parts.extend(span.months_and_days().into_iter().map(|(span, days)| Part { dimension, span, days, group }));
        }
    }
    parts
}

impl Found {
    fn numbers(&self, span: DaySpan) -> SpanNumbers {
        let (payers, new_payers) = self.payers.get(&span).copied().unwrap_or_default();
        let mut numbers = SpanNumbers { payers, new_payers, ..SpanNumbers::default() };
        let mut amounts: BTreeMap<&str, Tally> = BTreeMap::new();
        let start = |day: Day| (day, false, String::new());
        for ((_, is_refused, currency), tally) in self.days.range(start(span.from)..start(span.to.plus(1))) {
            match is_refused {
                true => numbers.refused += tally.payments,
                false if currency.is_empty() => numbers.free += tally.payments,
                false => *amounts.entry(currency).or_default() += *tally,
            }
        }
        let amounts = amounts.into_iter().filter(|(_, tally)| !tally.is_zero());
        numbers.amounts = amounts.map(|(currency, tally)| Amounts { currency: currency.to_owned(), tally }).collect();
        numbers.amounts.sort_by_key(|amounts| std::cmp::Reverse(amounts.tally.payments));
        numbers
    }

    fn refusals(&self) -> Vec<(RefusalCode, i64, i64)> {
        let count = |code: RefusalCode, group| {
            let sums = self.values.iter().filter(|sum| sum.dimension == Dimension::Refusal && sum.group == group);
            sums.filter(|sum| sum.value == code.as_str()).map(|sum| sum.tally.payments).sum::<i64>()
        };
        let rows = RefusalCode::ALL.iter().map(|code| (*code, count(*code, NOW), count(*code, BEFORE)));
        let mut rows: Vec<_> = rows.filter(|(_, now, before)| now + before > 0).collect();
        rows.sort_by_key(|(_, now, _)| std::cmp::Reverse(*now));
        rows
    }

    /// The values of a dimension, by currency and then by what they brought.
    fn rows(&self, dimension: Dimension) -> Vec<BreakdownRow> {
        let mut rows: BTreeMap<(&str, &str), (Tally, Tally)> = BTreeMap::new();
        let with_money = |sum: &&ValueSum| sum.dimension == dimension && !sum.currency.is_empty();
        for sum in self.values.iter().filter(with_money) {
            let (now, before) = rows.entry((&sum.value, &sum.currency)).or_default();
            *(if sum.group == NOW { now } else { before }) += sum.tally;
        }
        let row = |((value, currency), (now, before)): ((&str, &str), (Tally, Tally))| BreakdownRow {
            value: value.to_owned(),
            name: None,
            currency: currency.to_owned(),
            now,
            before,
        };
        let mut rows: Vec<_> = rows.into_iter().map(row).filter(|row| !row.now.is_zero() || !row.before.is_zero()).collect();
        let payments = |rows: &[BreakdownRow], currency: &str| -> i64 {
            rows.iter().filter(|row| row.currency == currency).map(|row| row.now.payments).sum()
        };
        let mut order: HashMap<String, i64> = HashMap::new();
        for row in &rows {
            order.entry(row.currency.clone()).or_insert_with(|| payments(&rows, &row.currency));
        }
        let by =
            |row: &BreakdownRow| (-order.get(&row.currency).copied().unwrap_or_default(), row.currency.clone(), -row.now.gross);
        rows.sort_by_cached_key(by);
        rows.truncate(ROWS_MAX);
        rows
    }
}

fn points(found: &Found, span: DaySpan, query: &StatisticsQuery) -> Vec<Point> {
    span.parts(query.unit).into_iter().map(|span| Point { span, numbers: found.numbers(span) }).collect()
}

async fn breakdowns(state: &AppState, project: &ProjectId, found: &Found) -> Result<Vec<Breakdown>> {
    let apps = projects::list_apps(state, project).await?;
    let mut breakdowns = Vec::new();
    for dimension in BROKEN_DOWN {
        let mut rows = found.rows(dimension);
        let names: HashMap<String, String> = match dimension {
            Dimension::App => apps.iter().map(|app| (app.app_seq.to_string(), app.name.clone())).collect(),
            Dimension::Product => {
                let seqs: Vec<i64> = rows.iter().filter_map(|row| row.value.parse().ok()).collect();
                let names = db::products::list_names(&mut state.db.read().await?, project, &seqs).await?;
                names.into_iter().map(|(seq, name)| (seq.to_string(), name)).collect()
            }
            _ => HashMap::new(),
        };
        for row in &mut rows {
            row.name = names.get(&row.value).cloned();
        }
        breakdowns.push(Breakdown { dimension, rows });
    }
    Ok(breakdowns)
}

async fn count_unconsumed(
    state: &AppState,
    project: &ProjectId,
    environment: Environment,
    now: Timestamp,
) -> Result<Vec<UnconsumedCount>> {
    let moments = [Timestamp::HOUR, Timestamp::DAY, 7 * Timestamp::DAY].map(|age| now.plus_millis(-age));
    let mut tx = state.db.read().await?;
    let counts = payments::count_unconsumed(&mut tx, project, environment, moments, UNCONSUMED_MAX).await?;
    Ok(UnconsumedAge::ALL.iter().zip(counts).map(|(age, count)| UnconsumedCount { age: *age, count }).collect())
}
