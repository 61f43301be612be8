//! Revenue of several currencies added up in one, at the rates an operator entered.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Converted, Day, DaySpan, ExchangeRate, Point, StatisticsSettings, Tally};

/// A day's sum in one currency.
pub(super) struct DaySum<'a> {
    pub day: Day,
    pub currency: &'a str,
    pub tally: Tally,
}

/// Amounts in billionths of millionths, rounded once when all are added up.
#[derive(Default, Clone, Copy)]
struct Exact {
    tally: Tally,
}

impl Exact {
    fn add(&mut self, tally: Tally, rate: i64) {
        let rate = i128::from(rate);
        self.tally += Tally { gross: tally.gross * rate, refunded: tally.refunded * rate, ..tally };
    }

    fn rounded(self) -> Tally {
        let round = |amount: i128| {
            let one = i128::from(ExchangeRate::ONE);
            (amount + one / 2).div_euclid(one)
        };
        Tally { gross: round(self.tally.gross), refunded: round(self.tally.refunded), ..self.tally }
    }
}

/// Adds days up, which come in their order, each at the rate of its day; none where the project has no currency to add up in.
pub(super) fn convert(
    settings: &StatisticsSettings,
    sums: &[DaySum<'_>],
    now: DaySpan,
    points: &[Point],
    before: Option<DaySpan>,
    points_before: &[Point],
) -> Option<Converted> {
    let currency = settings.sum_currency.clone()?;
    let (mut rates, mut missing) = (BTreeMap::new(), BTreeSet::new());
    let mut known = Vec::new();
    for sum in sums {
        if sum.currency == currency {
            known.push((sum, ExchangeRate::ONE));
        } else if let Some(rate) = settings.rate_on(sum.currency, sum.day) {
            rates.insert((rate.currency.clone(), rate.valid_from), rate.clone());
            known.push((sum, rate.rate_billionths));
        } else {
            missing.insert(sum.currency.to_owned());
        }
    }
    let add_up = |span: DaySpan| {
        let mut exact = Exact::default();
        let start = known.partition_point(|(sum, _)| sum.day < span.from);
        known[start..].iter().take_while(|(sum, _)| sum.day <= span.to).for_each(|(sum, rate)| exact.add(sum.tally, *rate));
        exact.rounded()
    };
    let of = |points: &[Point]| points.iter().map(|point| add_up(point.span)).collect();
    Some(Converted {
        now: add_up(now),
        before: before.map(add_up),
        points: of(points),
        points_before: of(points_before),
        rates: rates.into_values().collect(),
        missing: missing.into_iter().collect(),
        currency,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_has_its_rate_and_what_has_none_is_left_out_and_named() {
        let rate = |currency: &str, day, text| ExchangeRate {
            currency: currency.into(),
            valid_from: Day(day),
            rate_billionths: ExchangeRate::parse_rate(text).expect("a rate"),
        };
        let settings = StatisticsSettings {
            time_zone: "UTC".into(),
            sum_currency: Some("KRW".into()),
            rates: vec![rate("USD", 10, "1400"), rate("USD", 20, "1385.2"), rate("JPY", 15, "9.3")],
        };
        let sum = |day, currency, gross: i128| DaySum {
            day: Day(day),
            currency,
            tally: Tally { payments: 1, gross, ..Tally::default() },
        };
        let sums = [
            sum(12, "USD", 1_000_000),
            sum(12, "KRW", 5_000_000),
            sum(12, "JPY", 100_000_000),
            sum(20, "USD", 1_000_000),
            sum(20, "JPY", 1),
            sum(20, "EUR", 1),
        ];
        let span = DaySpan { from: Day(10), to: Day(20) };
        let converted = convert(&settings, &sums, span, &[], None, &[]).expect("a currency");
        assert_eq!(converted.now.gross, 1_400_000_000 + 1_385_200_000 + 5_000_000 + 9, "9.3 millionths are 9");
        assert_eq!(converted.now.payments, 4);
        assert_eq!(converted.missing, ["EUR", "JPY"]);
        assert_eq!(converted.rates.len(), 3);
    }
}
