//! How a project's subscriptions stand and how they came and went. All of them are counted at once: at every look where that is
//! quick, else every few minutes in the background, and the page says when.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

use crate::db::statistics::subscriptions::{Counted, CountedSubscription, find, list, save};
use crate::db::{self};
use crate::error::{Error, Result};
use crate::model::{
    Cohort, Day, DiscountType, Environment, ExpirationReason, Money, MoneySum, NamedZone, Ownership, ProjectId, SubscriptionDay,
    SubscriptionNumbers, SubscriptionState, SubscriptionSummary, Timestamp,
};
use crate::state::AppState;

const ROWS_A_PAGE: i64 = 2_000;
/// Counting that took no longer than this is done for every look.
const QUICK_MILLIS: i64 = 40;
/// What took longer holds for so long.
const KEPT_MILLIS: i64 = 5 * Timestamp::MINUTE;
/// A month: a twelfth of 365.25 days.
const MONTH_MILLIS: i128 = 30 * Timestamp::DAY as i128 + 10 * Timestamp::HOUR as i128 + 30 * Timestamp::MINUTE as i128;
/// A renewal is told of a little after the period it follows has ended.
const LAG_MILLIS: i64 = Timestamp::HOUR;

type ByEnvironment = HashMap<Environment, SubscriptionNumbers>;

/// Counts the subscriptions of every project whose last count is too old; how many projects.
pub async fn count_subscriptions(state: &AppState) -> Result<usize> {
    let mut counted = 0;
    for project in db::projects::list(&mut state.db.read().await?).await? {
        let last = find(&mut state.db.read().await?, &project.id).await?;
        let is_old = last.is_none_or(|last| state.clock.now().0 - last.counted_at.0 >= KEPT_MILLIS);
        if is_old {
            let settings = super::settings::get_settings(state, &project.id).await?;
            let zone = NamedZone::parse(&settings.time_zone).unwrap_or_else(NamedZone::utc);
            count(state, &project.id, &zone).await?;
            counted += 1;
        }
    }
    Ok(counted)
}

/// A project's subscriptions in one environment.
pub(super) async fn get(
    state: &AppState,
    project: &ProjectId,
    zone: &NamedZone,
    environment: Environment,
) -> Result<SubscriptionSummary> {
    let last = find(&mut state.db.read().await?, project).await?;
    let kept = last.filter(|last| last.took_millis > QUICK_MILLIS && state.clock.now().0 - last.counted_at.0 < 2 * KEPT_MILLIS);
    let (counted_at, mut all) = match kept {
        Some(kept) => {
            let all: ByEnvironment = serde_json::from_str(&kept.content).map_err(Error::internal)?;
            (kept.counted_at, all)
        }
        None => count(state, project, zone).await?,
    };
    Ok(SubscriptionSummary { counted_at, numbers: all.remove(&environment).unwrap_or_default() })
}

/// Counts all of a project's subscriptions; keeps the count where it took long.
async fn count(state: &AppState, project: &ProjectId, zone: &NamedZone) -> Result<(Timestamp, ByEnvironment)> {
    let (now, started) = (state.clock.now(), Instant::now());
    let mut counts: HashMap<Environment, Counter> = HashMap::new();
    let mut after = (Timestamp(0), String::new());
    loop {
        let page = list(&mut state.db.read().await?, project, (after.0, &after.1), ROWS_A_PAGE).await?;
        for one in &page {
            counts.entry(one.environment).or_default().add(one, zone, now);
        }
        match page.last() {
            Some(last) if page.len() as i64 == ROWS_A_PAGE => {
                after = (last.started_at, last.subscription_id.as_str().to_owned());
            }
            _ => break,
        }
    }
    let all: ByEnvironment = counts.into_iter().map(|(environment, counter)| (environment, counter.finish())).collect();
    let took_millis = i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX);
    if took_millis > QUICK_MILLIS {
        let content = serde_json::to_string(&all).map_err(Error::internal)?;
        let counted = Counted { counted_at: now, took_millis, content };
        state.db.write(async |tx| save(tx, project, &counted).await).await?;
    }
    Ok((now, all))
}

#[derive(Default)]
struct Counter {
    states: HashMap<SubscriptionState, i64>,
    trials: i64,
    /// In millionths.
    monthly: BTreeMap<String, i128>,
    days: BTreeMap<Day, SubscriptionDay>,
    cohorts: BTreeMap<Day, Cohort>,
}

impl Counter {
    fn add(&mut self, one: &CountedSubscription, zone: &NamedZone, now: Timestamp) {
        let state = one.state_at(now);
        *self.states.entry(state).or_default() += 1;
        let is_trial = one.offer_discount.as_deref() == Some(DiscountType::FreeTrial.as_str());
        if state.gives_access() {
            self.trials += i64::from(is_trial);
            self.add_monthly(one, is_trial);
        }
        let began = zone.day_of(one.started_at);
        let day = self.days.entry(began).or_insert(SubscriptionDay::on(began));
        day.began += 1;
        if one.began_with_trial {
            day.trials += 1;
            day.converted += i64::from(!is_trial);
        }
        self.add_end(one, state, zone);
        self.add_renewals(one, zone, now);
    }

    /// What it brings in a month, at the price of its present period.
    fn add_monthly(&mut self, one: &CountedSubscription, is_trial: bool) {
        let length = i128::from(one.period_end.0 - one.period_start.0);
        let paid = one.price_micros.zip(one.currency.as_ref()).or(one.next_price_micros.zip(one.next_currency.as_ref()));
        let Some((price, currency)) = paid else { return };
        if length > 0 && !is_trial && one.ownership == Ownership::Purchased {
            *self.monthly.entry(currency.clone()).or_default() += i128::from(price) * MONTH_MILLIS / length;
        }
    }

    fn add_end(&mut self, one: &CountedSubscription, state: SubscriptionState, zone: &NamedZone) {
        let ended_at = match state {
            SubscriptionState::Revoked => one.revoked_at.unwrap_or(one.period_end),
            SubscriptionState::Expired => one.grace_end.filter(|end| *end > one.period_end).unwrap_or(one.period_end),
            _ => return,
        };
        let ended = zone.day_of(ended_at);
        let day = self.days.entry(ended).or_insert(SubscriptionDay::on(ended));
        let count = match (state, one.expiration_reason) {
            (SubscriptionState::Revoked, _) => &mut day.revoked,
            (_, Some(ExpirationReason::Canceled | ExpirationReason::PriceRefused)) => &mut day.ended_by_player,
            (_, Some(ExpirationReason::BillingError)) => &mut day.ended_by_billing,
            (_, None) if one.in_retry => &mut day.ended_by_billing,
            (_, None) if !one.auto_renew => &mut day.ended_by_player,
            _ => &mut day.ended_otherwise,
        };
        *count += 1;
    }

    /// How many periods were paid for follows from how far the paid time reaches.
    fn add_renewals(&mut self, one: &CountedSubscription, zone: &NamedZone, now: Timestamp) {
        let length = one.period_end.0 - one.period_start.0;
        if length <= 0 || one.ownership != Ownership::Purchased {
            return;
        }
        let periods = |millis: i64| (millis.max(0) + length / 2) / length;
        let month = zone.day_of(one.started_at).month();
        let cohort = self.cohorts.entry(month).or_insert(Cohort { month, began: 0, renewed: Vec::new() });
        cohort.began += 1;
        let end = one.revoked_at.unwrap_or(one.period_end);
        let (paid, due) = (periods(end.0 - one.started_at.0), (now.0 - LAG_MILLIS - one.started_at.0) / length);
        for renewal in 1..=Cohort::RENEWALS_MAX {
            let is_paid = paid > renewal as i64;
            if !is_paid && due < renewal as i64 {
                break;
            }
            if cohort.renewed.len() < renewal {
                cohort.renewed.push((0, 0));
            }
            cohort.renewed[renewal - 1].0 += i64::from(is_paid);
            cohort.renewed[renewal - 1].1 += 1;
        }
    }

    fn finish(self) -> SubscriptionNumbers {
        let count = |state: &SubscriptionState| Some((*state, self.states.get(state).copied().filter(|count| *count > 0)?));
        SubscriptionNumbers {
            states: SubscriptionState::ALL.iter().filter_map(count).collect(),
            trials: self.trials,
            monthly_revenue: self.monthly.into_iter().map(|(currency, micros)| rounded(currency, micros)).collect(),
            days: self.days.into_values().collect(),
            cohorts: self.cohorts.into_values().collect(),
        }
    }
}

/// A sum to the currency's own decimals: a month of a year's price has more.
fn rounded(currency: String, micros: i128) -> MoneySum {
    let unit = 10_i128.pow(6 - Money::decimals(&currency).min(6));
    MoneySum { micros: (micros + unit / 2).div_euclid(unit) * unit, currency }
}
