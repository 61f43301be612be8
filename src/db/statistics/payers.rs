//! Who paid on which days, and how many of a day's payers paid before.

use std::collections::HashMap;

use crate::db::Tx;
use crate::db::bulk::{self, Rows};
use crate::error::Result;
use crate::model::{Day, DaySpan, Environment, SpanUnit};

/// A user who paid on a day.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PayerDay {
    pub environment: &'static str,
    pub user_key: String,
    pub user_channel: String,
    pub day: Day,
}

/// What is kept of a user about a day: how often they paid on it, and the days before and after it on which they paid too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Neighbours {
    pub payments: i64,
    pub previous: Option<Day>,
    pub next: Option<Day>,
}

fn row(roll: i64, payer: &PayerDay) -> [bulk::Value<'_>; 5] {
    [
        roll.into(),
        payer.environment.into(),
        payer.user_key.as_str().into(),
        payer.user_channel.as_str().into(),
        payer.day.0.into(),
    ]
}

type NeighbourRow = (Environment, String, String, Day, Option<i64>, Option<Day>, Option<Day>);

/// What is kept about each of these.
pub async fn list_neighbours(tx: &mut Tx, roll: i64, payers: &[PayerDay]) -> Result<Vec<(PayerDay, Neighbours)>> {
    macro_rules! of_user {
        () => {
            "FROM statistics_payers AS kept WHERE kept.roll_id = given.column1 AND kept.environment = given.column2
                 AND kept.user_key = given.column3 AND kept.user_channel = given.column4"
        };
    }
    const SQL: &str = concat!(
        "SELECT given.column2, given.column3, given.column4, given.column5, (SELECT payments ",
        of_user!(),
        " AND kept.day = given.column5), (SELECT MAX(day) ",
        of_user!(),
        " AND kept.day < given.column5), (SELECT MIN(day) ",
        of_user!(),
        " AND kept.day > given.column5) FROM {rows}"
    );
    let rows: Rows<'_> = payers.iter().map(|payer| row(roll, payer)).collect();
    let rows: Vec<NeighbourRow> = bulk::fetch(tx, (SQL, rows)).await?;
    let read = |(environment, user_key, user_channel, day, payments, previous, next): NeighbourRow| {
        let payer = PayerDay { environment: environment.as_str(), user_key, user_channel, day };
        (payer, Neighbours { payments: payments.unwrap_or(0), previous, next })
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Adds to how often users paid on days, and forgets days on which they did not.
pub async fn add(tx: &mut Tx, roll: i64, changes: &[(PayerDay, i64)]) -> Result<()> {
    const ADD: &str = "INSERT INTO statistics_payers (roll_id, environment, user_key, user_channel, day, payments)
         SELECT * FROM {rows} WHERE TRUE ON CONFLICT (roll_id, environment, user_key, user_channel, day)
         DO UPDATE SET payments = statistics_payers.payments + excluded.payments";
    const DELETE: &str = "DELETE FROM statistics_payers WHERE payments <= 0
         AND (roll_id, environment, user_key, user_channel, day) IN (SELECT * FROM {rows})";
    let rows: Rows<'_> = changes
        .iter()
        .map(|(payer, count)| {
            let [roll, environment, key, channel, day] = row(roll, payer);
            [roll, environment, key, channel, day, (*count).into()]
        })
        .collect();
    bulk::execute(tx, &[(ADD, rows)]).await?;
    let fewer: Rows<'_> = changes.iter().filter(|(_, count)| *count < 0).map(|(payer, _)| row(roll, payer)).collect();
    bulk::execute(tx, &[(DELETE, fewer)]).await
}

/// A day's payers by the day they paid on before (`Day::NONE`: never).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pair {
    pub environment: &'static str,
    pub day: Day,
    pub previous: Day,
}

/// Where the number of all payers of a day, week or month is kept.
const ALL: i64 = -1;

/// The rows that a pair counts in (migration 0037): span, day, and day before.
fn rows_of(pair: &Pair) -> Vec<(SpanUnit, Day, i64)> {
    let mut rows = vec![(SpanUnit::Day, pair.day, pair.previous.0)];
    for unit in SpanUnit::ALL {
        let start = unit.start_of(pair.day);
        if pair.previous < start {
            rows.push((*unit, start, ALL));
            let is_new = *unit == SpanUnit::Week && pair.previous == Day::NONE;
            if is_new || *unit == SpanUnit::Month {
                rows.push((*unit, start, pair.previous.0));
            }
        }
    }
    rows
}

/// Adds to the pairs.
pub async fn add_pairs(tx: &mut Tx, roll: i64, changes: &HashMap<Pair, i64>) -> Result<()> {
    const SQL: &str = "INSERT INTO statistics_payer_pairs (roll_id, environment, span, day, previous_day, payers)
         SELECT * FROM {rows} WHERE TRUE ON CONFLICT (roll_id, environment, span, day, previous_day)
         DO UPDATE SET payers = statistics_payer_pairs.payers + excluded.payers";
    let mut sums: HashMap<_, i64> = HashMap::new();
    for (pair, count) in changes {
        for row in rows_of(pair) {
            *sums.entry((pair.environment, row)).or_default() += count;
        }
    }
    let rows: Rows<'_> = sums
        .into_iter()
        .map(|((environment, (span, day, previous)), count)| {
            [roll.into(), environment.into(), span.as_str().into(), day.0.into(), previous.into(), count.into()]
        })
        .collect();
    bulk::execute(tx, &[(SQL, rows)]).await
}

/// How many users paid in a span, and how many of them never before.
pub type PayerCounts = (i64, i64);

/// Some of the rows: those of days or months from one to another, whose days before are from one to another.
type Range = (SpanUnit, DaySpan, i64, i64);

/// The rows that add up to a span's payers, and to those of them who never paid before.
fn ranges(span: DaySpan) -> [Vec<Range>; 2] {
    let whole = SpanUnit::ALL.iter().find(|unit| span.from == unit.start_of(span.from) && span.to == unit.end_of(span.from));
    if let Some(unit) = whole {
        let at = DaySpan { from: span.from, to: span.from };
        return [vec![(*unit, at, ALL, ALL)], vec![(*unit, at, 0, 0)]];
    }
    let parts = span.months_and_days();
    let of = |last: i64| parts.iter().map(|(unit, days)| (*unit, *days, 0, last)).collect();
    [of(span.from.0 - 1), of(0)]
}

/// The payers of several spans, in their order.
pub async fn count(tx: &mut Tx, roll: i64, environment: Environment, spans: &[DaySpan]) -> Result<Vec<PayerCounts>> {
    const SQL: &str = "SELECT given.column8, CAST(SUM(payers) AS BIGINT)
         FROM {rows} JOIN statistics_payer_pairs AS pairs ON pairs.roll_id = given.column1 AND pairs.environment = given.column2
             AND pairs.span = given.column3 AND pairs.day >= given.column4 AND pairs.day <= given.column5
             AND pairs.previous_day >= given.column6 AND pairs.previous_day <= given.column7
         GROUP BY given.column8";
    let all = spans.iter().flat_map(|span| ranges(*span)).zip(0_i64..);
    let rows: Rows<'_> = all
        .flat_map(|(ranges, place)| ranges.into_iter().map(move |range| (range, place)))
        .map(|((unit, days, first, last), place)| {
            [
                roll.into(),
                environment.as_str().into(),
                unit.as_str().into(),
                days.from.0.into(),
                days.to.0.into(),
                first.into(),
                last.into(),
                place.into(),
            ]
        })
        .collect();
    // A place may come twice: rows that go to the database in parts.
    let mut counts = vec![0; spans.len() * 2];
    for (place, payers) in bulk::fetch::<(i64, i64)>(tx, (SQL, rows)).await? {
        if let Some(count) = usize::try_from(place).ok().and_then(|place| counts.get_mut(place)) {
            *count += payers;
        }
    }
    Ok(counts.chunks(2).map(|both| (both[0], both[1])).collect())
}
