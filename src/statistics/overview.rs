use crate::db::{self, statistics::Sum};
use crate::error::Result;
use crate::model::{
    Environment, EnvironmentNumbers, Money, Numbers, Overview, PaymentQuery, ProjectId, Timestamp, WAITING_COUNTED_MAX,
    ZoneOffset,
};
use crate::payments;
use crate::state::AppState;

const LATEST: u32 = 8;
const WEEK_DAYS_BEFORE: i64 = 6;
/// A payment this old that is not consumed deserves a look.
const WAITING_MILLIS: i64 = Timestamp::HOUR;

/// A project's numbers of today and seven days, by the days of the reader's zone.
pub async fn get_overview(state: &AppState, project: &ProjectId, zone: ZoneOffset) -> Result<Overview> {
    let now = state.clock.now();
    let today = Timestamp::parse_day(&now.day(zone), zone).unwrap_or(now);
    let tomorrow = today.plus_millis(Timestamp::DAY);
    let week = today.plus_millis(-WEEK_DAYS_BEFORE * Timestamp::DAY);
    let mut tx = state.db.read().await?;
    let today = db::statistics::sum_by_status(&mut tx, project, today, tomorrow).await?;
    let week = db::statistics::sum_by_status(&mut tx, project, week, tomorrow).await?;
    let before = now.plus_millis(-WAITING_MILLIS);
    let waiting = db::statistics::count_waiting(&mut tx, project, before, WAITING_COUNTED_MAX).await?;
    let setup = db::statistics::find_progress(&mut tx, project).await?;
    drop(tx);
    let query = PaymentQuery { limit: LATEST, ..PaymentQuery::default() };
    let numbers = Environment::ALL.iter().map(|environment| EnvironmentNumbers {
        environment: *environment,
        today: add_up(&today, *environment),
        week: add_up(&week, *environment),
        waiting: waiting.iter().find(|(of, _)| of == environment).map_or(0, |(_, count)| *count),
    });
    let is_shown =
        |numbers: &EnvironmentNumbers| numbers.environment == Environment::Live || numbers.week.made + numbers.waiting > 0;
    Ok(Overview {
        environments: numbers.filter(is_shown).collect(),
        latest: payments::list(state, project, &query).await?.items,
        setup,
    })
}

fn add_up(sums: &[Sum], environment: Environment) -> Numbers {
    let mut numbers = Numbers { made: 0, verified: 0, refused: 0, refunded: 0, revenue: Vec::new() };
    for sum in sums.iter().filter(|sum| sum.environment == environment) {
        numbers.made += sum.made;
        numbers.verified += sum.verified;
        numbers.refused += sum.refused;
        numbers.refunded += sum.refunded;
        if let Some(currency) = sum.currency.as_ref().filter(|_| sum.paid > 0) {
            numbers.revenue.push(Money { price_micros: sum.revenue_micros, currency: currency.clone() });
        }
    }
    numbers
}
