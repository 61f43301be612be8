//! Payments added up by day and by month.

use super::whole;
use crate::db::bulk::{self, Rows};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Day, DaySpan, Dimension, Environment, SpanUnit, SumKey, Tally};

/// The two parts of an amount (`whole`).
const PART: i128 = 1_000_000_000;

fn parts(micros: i128) -> (i64, i64) {
    let high = i64::try_from(micros.div_euclid(PART)).unwrap_or(i64::MAX);
    (high, i64::try_from(micros.rem_euclid(PART)).unwrap_or_default())
}

/// Adds to the sums of days and of their months.
pub async fn add<'a>(tx: &mut Tx, roll: i64, changes: impl Iterator<Item = (&'a SumKey, SpanUnit, Tally)>) -> Result<()> {
    const SQL: &str =
        "INSERT INTO statistics_sums (roll_id, environment, dimension, span, day, value, currency, payments, refunds,
             gross_parts, gross_rest, refunded_parts, refunded_rest) SELECT * FROM {rows} WHERE TRUE
         ON CONFLICT (roll_id, environment, dimension, span, day, value, currency) DO UPDATE SET
             payments = statistics_sums.payments + excluded.payments, refunds = statistics_sums.refunds + excluded.refunds,
             gross_parts = statistics_sums.gross_parts + excluded.gross_parts,
             gross_rest = statistics_sums.gross_rest + excluded.gross_rest,
             refunded_parts = statistics_sums.refunded_parts + excluded.refunded_parts,
             refunded_rest = statistics_sums.refunded_rest + excluded.refunded_rest";
    let rows: Rows<'_> = changes
        .map(|(key, span, tally)| {
            let (gross, refunded) = (parts(tally.gross), parts(tally.refunded));
            [
                roll.into(),
                key.environment.as_str().into(),
                key.dimension.as_str().into(),
                span.as_str().into(),
                key.day.0.into(),
                key.value.as_str().into(),
                key.currency.as_str().into(),
                tally.payments.into(),
                tally.refunds.into(),
                gross.0.into(),
                gross.1.into(),
                refunded.0.into(),
                refunded.1.into(),
            ]
        })
        .collect();
    bulk::execute(tx, &[(SQL, rows)]).await
}

type DayRow = (Dimension, Day, String, i64, i64, i64, i64, i64, i64);

/// The sums of every day of a span, of all payments and of refused ones.
pub async fn list_days(tx: &mut Tx, roll: i64, environment: Environment, span: DaySpan) -> Result<Vec<(SumKey, Tally)>> {
    const SQL: &str = "SELECT dimension, day, currency, CAST(SUM(payments) AS BIGINT), CAST(SUM(refunds) AS BIGINT),
             CAST(SUM(gross_parts) AS BIGINT), CAST(SUM(gross_rest) AS BIGINT), CAST(SUM(refunded_parts) AS BIGINT),
             CAST(SUM(refunded_rest) AS BIGINT) FROM statistics_sums
         WHERE roll_id = $1 AND environment = $2 AND dimension IN ('TOTAL', 'REFUSAL') AND span = 'DAY' AND day >= $3 AND day <= $4
         GROUP BY dimension, day, currency";
    let rows: Vec<DayRow> = on!(tx, c => {
        sqlx::query_as(SQL).bind(roll).bind(environment).bind(span.from).bind(span.to).fetch_all(c).await?
    });
    let read = |(dimension, day, currency, payments, refunds, gross, gross_rest, refunded, refunded_rest): DayRow| {
        let tally = Tally { payments, refunds, gross: whole(gross, gross_rest), refunded: whole(refunded, refunded_rest) };
        (SumKey { environment, dimension, day, value: String::new(), currency }, tally)
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Some days or months of one dimension, and the span that was asked for which they are a part of.
pub struct Part {
    pub dimension: Dimension,
    pub span: SpanUnit,
    pub days: DaySpan,
    /// What the rows are told apart by.
    pub group: i64,
}

/// A group's sum of one value in one currency.
pub struct ValueSum {
    pub group: i64,
    pub dimension: Dimension,
    pub value: String,
    pub currency: String,
    pub tally: Tally,
}

type ValueRow = (i64, Dimension, String, String, i64, i64, i64, i64, i64, i64);

/// The sums by value of several parts; a value comes once for each of them.
pub async fn list_values(tx: &mut Tx, roll: i64, environment: Environment, parts: &[Part]) -> Result<Vec<ValueSum>> {
    const SQL: &str = "SELECT given.column7, dimension, value, currency, CAST(SUM(payments) AS BIGINT),
             CAST(SUM(refunds) AS BIGINT), CAST(SUM(gross_parts) AS BIGINT), CAST(SUM(gross_rest) AS BIGINT),
             CAST(SUM(refunded_parts) AS BIGINT), CAST(SUM(refunded_rest) AS BIGINT)
         FROM {rows} JOIN statistics_sums AS sums ON sums.roll_id = given.column1 AND sums.environment = given.column2
             AND sums.dimension = given.column3 AND sums.span = given.column4
             AND sums.day >= given.column5 AND sums.day <= given.column6
         GROUP BY given.column7, dimension, value, currency";
    let rows: Rows<'_> = parts
        .iter()
        .map(|part| {
            [
                roll.into(),
                environment.as_str().into(),
                part.dimension.as_str().into(),
                part.span.as_str().into(),
                part.days.from.0.into(),
                part.days.to.0.into(),
                part.group.into(),
            ]
        })
        .collect();
    let rows: Vec<ValueRow> = bulk::fetch(tx, (SQL, rows)).await?;
    let read = |(group, dimension, value, currency, payments, refunds, gross, gross_rest, refunded, refunded_rest): ValueRow| {
        let tally = Tally { payments, refunds, gross: whole(gross, gross_rest), refunded: whole(refunded, refunded_rest) };
        ValueSum { group, dimension, value, currency, tally }
    };
    Ok(rows.into_iter().map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_come_apart_and_together_without_loss() {
        for micros in [0, 1, -1, 999_999_999, 1_000_000_000, -1_000_000_001, 12_345_678_901_234_567_890] {
            let (high, low) = parts(micros);
            assert_eq!(whole(high, low), micros);
        }
    }
}
