//! The tables of the statistics: the same rows on the page and in the files.

use crate::console::i18n::tr;
use crate::console::labels::store_name;
use crate::console::store_labels::subscription_state_name;
use crate::model::{
    Breakdown, BreakdownRow, Dimension, MoneySum, PaidKind, Point, SpanNumbers, Statistics, StoreCode, SubscriptionDay, Tally,
    UnconsumedAge,
};

/// One table.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// In addresses and file names.
    pub id: &'static str,
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Count(i64),
    Money(MoneySum),
    /// In thousandths; none where there is nothing to divide by.
    Share(Option<i64>),
}

impl Cell {
    fn money(micros: i128, currency: &str) -> Self {
        Self::Money(MoneySum { micros, currency: currency.to_owned() })
    }

    /// So many of so many.
    pub fn share(part: i64, of: i64) -> Self {
        Self::Share((of > 0).then(|| (i128::from(part) * 1_000 / i128::from(of)) as i64))
    }

    fn change(now: i128, before: i128) -> Self {
        Self::Share(change(now, before))
    }
}

/// How much more it is than before, in thousandths.
pub fn change(now: i128, before: i128) -> Option<i64> {
    (before > 0).then(|| i64::try_from((now - before) * 1_000 / before).unwrap_or(i64::MAX))
}

/// All tables.
pub fn sheets(found: &Statistics) -> Vec<Sheet> {
    let mut sheets = vec![revenue(found), activity(found)];
    sheets.extend(found.breakdowns.iter().map(breakdown));
    sheets.extend([refusals(found), unconsumed(found), states(found), subscription_days(found), cohorts(found)]);
    sheets
}

fn point_name(point: &Point) -> [Cell; 2] {
    [Cell::Text(point.span.from.to_string()), Cell::Text(point.span.to.to_string())]
}

/// Money by day, week or month and by currency.
pub fn revenue(found: &Statistics) -> Sheet {
    let rows = found.points.iter().flat_map(|point| {
        point.numbers.amounts.iter().map(|amounts| {
            let [from, to] = point_name(point);
            [vec![from, to, Cell::Text(amounts.currency.clone())], tally(&amounts.tally, &amounts.currency)].concat()
        })
    });
    let columns = [vec![tr!("statistics.from"), tr!("statistics.to"), tr!("statistics.currency")], tally_columns()].concat();
    Sheet { id: "revenue", title: tr!("statistics.revenue_table"), columns, rows: rows.collect() }
}

fn tally_columns() -> Vec<String> {
    vec![
        tr!("statistics.net"),
        tr!("statistics.gross"),
        tr!("statistics.refunded"),
        tr!("statistics.payments"),
        tr!("statistics.refunds"),
    ]
}

fn tally(tally: &Tally, currency: &str) -> Vec<Cell> {
    vec![
        Cell::money(tally.net(), currency),
        Cell::money(tally.gross, currency),
        Cell::money(tally.refunded, currency),
        Cell::Count(tally.payments),
        Cell::Count(tally.refunds),
    ]
}

/// What happened by day, week or month, whatever the currency.
pub fn activity(found: &Statistics) -> Sheet {
    let numbers =
        |one: &SpanNumbers| [one.payments(), one.payers, one.new_payers, one.free, one.refunds(), one.refused].map(Cell::Count);
    let rows = found.points.iter().map(|point| [point_name(point).to_vec(), numbers(&point.numbers).to_vec()].concat());
    let columns = vec![
        tr!("statistics.from"),
        tr!("statistics.to"),
        tr!("statistics.payments"),
        tr!("statistics.payers"),
        tr!("statistics.new_payers"),
        tr!("statistics.free"),
        tr!("statistics.refunds"),
        tr!("statistics.refused"),
    ];
    Sheet { id: "activity", title: tr!("statistics.activity_table"), columns, rows: rows.collect() }
}

fn breakdown(of: &Breakdown) -> Sheet {
    let (id, title, first) = match of.dimension {
        Dimension::Store => ("stores", tr!("statistics.by_store"), tr!("statistics.store")),
        Dimension::App => ("apps", tr!("statistics.by_app"), tr!("statistics.app")),
        Dimension::Product => ("products", tr!("statistics.by_product"), tr!("statistics.product")),
        Dimension::Kind | Dimension::Total | Dimension::Refusal => ("kinds", tr!("statistics.by_kind"), tr!("statistics.kind")),
    };
    let row = |row: &BreakdownRow| {
        let mut cells = vec![Cell::Text(value_name(of.dimension, row)), Cell::Text(row.currency.clone())];
        cells.extend(tally(&row.now, &row.currency));
        cells.push(Cell::share(row.now.refunds, row.now.payments));
        cells.push(Cell::change(row.now.net(), row.before.net()));
        cells
    };
    let mut columns = [vec![first, tr!("statistics.currency")], tally_columns()].concat();
    columns.extend([tr!("statistics.refund_rate"), tr!("statistics.change")]);
    Sheet { id, title, columns, rows: of.rows.iter().map(row).collect() }
}

fn value_name(dimension: Dimension, row: &BreakdownRow) -> String {
    match dimension {
        Dimension::Store => row.value.parse::<StoreCode>().map_or_else(|_| row.value.clone(), store_name),
        Dimension::Kind => match row.value.parse() {
            Ok(PaidKind::OneTime) => tr!("statistics.one_time"),
            Ok(PaidKind::NewSubscription) => tr!("statistics.new_subscription"),
            Ok(PaidKind::Renewal) => tr!("statistics.renewal"),
            Err(_) => row.value.clone(),
        },
        Dimension::App | Dimension::Product | Dimension::Total | Dimension::Refusal => {
            row.name.as_ref().map_or_else(|| row.value.clone(), |name| format!("{name} ({})", row.value))
        }
    }
}

fn refusals(found: &Statistics) -> Sheet {
    let rows = found.refusals.iter().map(|(code, now, before)| {
        vec![Cell::Text(code.to_string()), Cell::Count(*now), Cell::Count(*before), Cell::change((*now).into(), (*before).into())]
    });
    let columns =
        vec![tr!("statistics.refusal"), tr!("statistics.count"), tr!("statistics.count_before"), tr!("statistics.change")];
    Sheet { id: "refusals", title: tr!("statistics.refusals"), columns, rows: rows.collect() }
}

fn unconsumed(found: &Statistics) -> Sheet {
    let name = |age| match age {
        UnconsumedAge::UnderHour => tr!("statistics.under_hour"),
        UnconsumedAge::UnderDay => tr!("statistics.under_day"),
        UnconsumedAge::UnderWeek => tr!("statistics.under_week"),
        UnconsumedAge::Older => tr!("statistics.older"),
    };
    let rows = found.unconsumed.iter().map(|one| vec![Cell::Text(name(one.age)), Cell::Count(one.count)]);
    let columns = vec![tr!("statistics.age"), tr!("statistics.count")];
    Sheet { id: "unconsumed", title: tr!("statistics.unconsumed"), columns, rows: rows.collect() }
}

fn states(found: &Statistics) -> Sheet {
    let states = &found.subscriptions.numbers.states;
    let rows = states.iter().map(|(state, count)| vec![Cell::Text(subscription_state_name(*state)), Cell::Count(*count)]);
    let columns = vec![tr!("statistics.state"), tr!("statistics.count")];
    Sheet { id: "subscriptions", title: tr!("statistics.states"), columns, rows: rows.collect() }
}

/// What happened to subscriptions in each point's days.
pub fn subscription_points(found: &Statistics) -> Vec<SubscriptionDay> {
    let days = &found.subscriptions.numbers.days;
    let add_up = |point: &Point| {
        let mut sum = SubscriptionDay::on(point.span.from);
        days.iter().filter(|day| point.span.contains(day.day)).for_each(|day| sum.add(day));
        sum
    };
    found.points.iter().map(add_up).collect()
}

fn subscription_days(found: &Statistics) -> Sheet {
    let rows = found.points.iter().zip(subscription_points(found)).map(|(point, sum)| {
        let counts = [
            sum.began,
            sum.ended(),
            sum.ended_by_player,
            sum.ended_by_billing,
            sum.revoked,
            sum.ended_otherwise,
            sum.trials,
            sum.converted,
        ];
        [point_name(point).to_vec(), counts.map(Cell::Count).to_vec()].concat()
    });
    let columns = vec![
        tr!("statistics.from"),
        tr!("statistics.to"),
        tr!("statistics.began"),
        tr!("statistics.ended"),
        tr!("statistics.ended_by_player"),
        tr!("statistics.ended_by_billing"),
        tr!("statistics.revoked"),
        tr!("statistics.ended_otherwise"),
        tr!("statistics.trials"),
        tr!("statistics.converted"),
    ];
    Sheet { id: "subscription-days", title: tr!("statistics.subscription_days"), columns, rows: rows.collect() }
}

fn cohorts(found: &Statistics) -> Sheet {
    let cohorts = &found.subscriptions.numbers.cohorts;
    let width = cohorts.iter().map(|cohort| cohort.renewed.len()).max().unwrap_or_default();
    let rows = cohorts.iter().map(|cohort| {
        let renewed =
            (0..width).map(|place| cohort.renewed.get(place).map_or(Cell::Share(None), |(count, of)| Cell::share(*count, *of)));
        let head = [Cell::Text(cohort.month.month_text()), Cell::Count(cohort.began)];
        head.into_iter().chain(renewed).collect()
    });
    let numbers = (1..=width).map(|number| tr!("statistics.renewal_number", number = number));
    let columns = [tr!("statistics.month"), tr!("statistics.began")].into_iter().chain(numbers).collect();
    Sheet { id: "cohorts", title: tr!("statistics.cohorts"), columns, rows: rows.collect() }
}
