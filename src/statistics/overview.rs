//! A project at a glance: today, the week, what needs a person.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::db::{self, statistics::Sum};
use crate::error::Result;
use crate::model::{
    Attention, AttentionCount, DailyRevenue, Environment, EnvironmentNumbers, MoneySum, Numbers, Overview, PaymentQuery,
    ProjectId, Timestamp, UserTotal, WAITING_COUNTED_MAX, ZoneOffset,
};
use crate::payments;
use crate::projects;
use crate::state::AppState;
use crate::users::User;

const LATEST: u32 = 8;
const WEEK_DAYS_BEFORE: i64 = 6;
/// A payment this old that is not consumed deserves a look.
const WAITING_MILLIS: i64 = Timestamp::HOUR;
const TALLIES_MAX: u64 = 10_000;
/// A minute and the next: whoever asks later asks under another minute.
const TALLIES_KEPT: Duration = Duration::from_secs(120);

/// How many wait, by environment.
type Waiting = Arc<Vec<(Environment, i64)>>;

/// What was added up in this minute of hours that are over: a busy week is long to add up, and changes little. What is made in
/// the present hour is always counted anew; a refund of an older payment shows within a minute.
#[derive(Clone)]
pub struct OverviewCache {
    sums: Cache<(ProjectId, Timestamp, Timestamp, i64), Arc<Vec<Sum>>>,
    waiting: Cache<(ProjectId, i64), Waiting>,
    revenue: Cache<(ProjectId, i64), Arc<Option<DailyRevenue>>>,
}

impl Default for OverviewCache {
    fn default() -> Self {
        Self {
            sums: Cache::builder().max_capacity(TALLIES_MAX).time_to_live(TALLIES_KEPT).build(),
            waiting: Cache::builder().max_capacity(TALLIES_MAX).time_to_live(TALLIES_KEPT).build(),
            revenue: Cache::builder().max_capacity(TALLIES_MAX).time_to_live(TALLIES_KEPT).build(),
        }
    }
}

/// A project's numbers of today and seven days, by the days of the reader's zone.
pub async fn get_overview(state: &AppState, project: &ProjectId, zone: ZoneOffset) -> Result<Overview> {
    let now = state.clock.now();
    let today = Timestamp::parse_day(&now.day(zone), zone).unwrap_or(now);
    let hour = Timestamp(now.0 - now.0.rem_euclid(Timestamp::HOUR)).max(today);
    let yesterday = today.plus_millis(-Timestamp::DAY);
    let (week, tomorrow) = (today.plus_millis(-WEEK_DAYS_BEFORE * Timestamp::DAY), today.plus_millis(Timestamp::DAY));
    let before = sum_of_past(state, project, week, yesterday).await?;
    let day_before = sum_of_past(state, project, yesterday, today).await?;
    let earlier = sum_of_past(state, project, today, hour).await?;
    let waiting = count_waiting(state, project).await?;
    let mut tx = state.db.read().await?;
    let latest_hour = db::statistics::sum_by_status(&mut tx, project, hour, tomorrow).await?;
    let setup = db::statistics::find_progress(&mut tx, project).await?;
    drop(tx);
    let query = PaymentQuery { limit: LATEST, ..PaymentQuery::default() };
    let numbers = Environment::ALL.iter().map(|environment| EnvironmentNumbers {
        environment: *environment,
        today: add_up(earlier.iter().chain(&latest_hour), *environment),
        yesterday: add_up(day_before.iter(), *environment),
        week: add_up(before.iter().chain(&*day_before).chain(&*earlier).chain(&latest_hour), *environment),
        waiting: waiting.iter().find(|(of, _)| of == environment).map_or(0, |(_, count)| *count),
    });
    let is_shown =
        |numbers: &EnvironmentNumbers| numbers.environment == Environment::Live || numbers.week.made + numbers.waiting > 0;
    Ok(Overview {
        today: now.day(zone),
        environments: numbers.filter(is_shown).collect(),
        revenue: find_revenue(state, project).await?,
        latest: payments::list(state, project, &query).await?.items,
        setup,
        alarms: db::jobs::list_alarms_of_project(&mut state.db.read().await?, project, now).await?,
        attention: count_attention(state, project).await?,
        outages: projects::list_apps(state, project).await?.into_iter().filter(|app| app.is_in_outage(now)).collect(),
    })
}

/// How many payments need a person, for each reason that any does.
pub(super) async fn count_attention(state: &AppState, project: &ProjectId) -> Result<Vec<AttentionCount>> {
    let mut found = Vec::new();
    let mut tx = state.db.read().await?;
    for attention in Attention::ALL {
        let count = db::payments::count_attention_of_project(&mut tx, project, *attention).await?;
        if count > 0 {
            found.push(AttentionCount { attention: *attention, count });
        }
    }
    Ok(found)
}

/// The payments made in a span that is over, as of this minute.
async fn sum_of_past(state: &AppState, project: &ProjectId, from: Timestamp, to: Timestamp) -> Result<Arc<Vec<Sum>>> {
    let key = (project.clone(), from, to, minute(state));
    if let Some(sums) = state.overview_cache.sums.get(&key) {
        return Ok(sums);
    }
    let sums = Arc::new(db::statistics::sum_by_status(&mut state.db.read().await?, project, from, to).await?);
    state.overview_cache.sums.insert(key, sums.clone());
    Ok(sums)
}

/// What the last days brought, as of this minute.
async fn find_revenue(state: &AppState, project: &ProjectId) -> Result<Option<DailyRevenue>> {
    let key = (project.clone(), minute(state));
    if let Some(revenue) = state.overview_cache.revenue.get(&key) {
        return Ok((*revenue).clone());
    }
    let revenue = Arc::new(super::report::find_daily_revenue(state, project).await?);
    state.overview_cache.revenue.insert(key, revenue.clone());
    Ok((*revenue).clone())
}

/// Payments that have waited for an hour to be consumed, as of this minute.
async fn count_waiting(state: &AppState, project: &ProjectId) -> Result<Waiting> {
    let key = (project.clone(), minute(state));
    if let Some(waiting) = state.overview_cache.waiting.get(&key) {
        return Ok(waiting);
    }
    let before = state.clock.now().plus_millis(-WAITING_MILLIS);
    let mut tx = state.db.read().await?;
    let waiting = Arc::new(db::statistics::count_waiting(&mut tx, project, before, WAITING_COUNTED_MAX).await?);
    state.overview_cache.waiting.insert(key, waiting.clone());
    Ok(waiting)
}

fn minute(state: &AppState) -> i64 {
    state.clock.now().0.div_euclid(Timestamp::MINUTE)
}

fn add_up<'a>(sums: impl Iterator<Item = &'a Sum>, environment: Environment) -> Numbers {
    let mut numbers = Numbers { made: 0, verified: 0, refused: 0, refunded: 0, revenue: Vec::new() };
    for sum in sums.filter(|sum| sum.environment == environment) {
        numbers.made += sum.made;
        numbers.verified += sum.verified;
        numbers.refused += sum.refused;
        numbers.refunded += sum.refunded;
        if let Some(currency) = sum.currency.as_ref().filter(|_| sum.paid > 0) {
            match numbers.revenue.iter_mut().find(|money| money.currency == *currency) {
                Some(money) => money.micros += sum.revenue_micros,
                None => numbers.revenue.push(MoneySum { micros: sum.revenue_micros, currency: currency.clone() }),
            }
        }
    }
    numbers.revenue.sort_by(|a, b| a.currency.cmp(&b.currency));
    numbers
}

/// What a user paid and got back, by environment and currency.
pub async fn sum_of_user(state: &AppState, project: &ProjectId, user: &User) -> Result<Vec<UserTotal>> {
    db::statistics::sum_of_user(&mut state.db.read().await?, project, &user.channel, &user.key).await
}
