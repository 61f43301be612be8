//! Which days are asked for, of what, and beside which others.

use serde::{Deserialize, Serialize};

use crate::model::text_enum::text_enum;
use crate::model::{Day, Environment, Reason};

/// About three years.
const DAYS_MAX: i64 = 1_100;
/// Longer spans are shown by week, and by month, unless something else is asked for.
const DAILY_MAX: i64 = 92;
const WEEKLY_MAX: i64 = 200;

text_enum! {
    /// Days that are often asked for; all but `CUSTOM` follow today.
    Preset {
        Today = "TODAY",
        Yesterday = "YESTERDAY",
        Days7 = "DAYS_7",
        Days28 = "DAYS_28",
        Days90 = "DAYS_90",
        ThisMonth = "THIS_MONTH",
        LastMonth = "LAST_MONTH",
        ThisYear = "THIS_YEAR",
        /// From a day to a day.
        Custom = "CUSTOM",
    }
}

text_enum! {
    /// What the days are laid beside.
    Comparison {
        None = "NONE",
        /// As many days, just before.
        Previous = "PREVIOUS",
        /// The same days a year before.
        YearBefore = "YEAR_BEFORE",
    }
}

text_enum! {
    /// How many days a point of a chart is of.
    SpanUnit { Day = "DAY", Week = "WEEK", Month = "MONTH" }
}

impl SpanUnit {
    /// The first day of the day, week or month that a day is of.
    pub fn start_of(self, day: Day) -> Day {
        match self {
            Self::Day => day,
            Self::Week => day.week(),
            Self::Month => day.month(),
        }
    }

    /// The last one.
    pub fn end_of(self, day: Day) -> Day {
        match self {
            Self::Day => day,
            Self::Week => day.week().plus(6),
            Self::Month => day.month().plus_months(1).plus(-1),
        }
    }
}

/// Days from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DaySpan {
    pub from: Day,
    pub to: Day,
}

impl DaySpan {
    pub const fn days(self) -> i64 {
        self.to.0 - self.from.0 + 1
    }

    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// Its parts by a unit, the first and last of them perhaps not whole.
    pub fn parts(self, unit: SpanUnit) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = self.from;
        while from <= self.to {
            // At the end of the calendar a month has no next one.
            let last = unit.end_of(from).max(from);
            parts.push(Self { from, to: last.min(self.to) });
            from = last.plus(1);
        }
        parts
    }

    /// The same days as whole months, and the days before and after them.
    pub fn months_and_days(self) -> Vec<(SpanUnit, Self)> {
        let first = if self.from == self.from.month() { self.from } else { self.from.month().plus_months(1) };
        let last = self.to.plus(1).month();
        if first >= last {
            return vec![(SpanUnit::Day, self)];
        }
        let mut parts = vec![(SpanUnit::Month, Self { from: first, to: last.plus(-1) })];
        let around = [Self { from: self.from, to: first.plus(-1) }, Self { from: last, to: self.to }];
        parts.extend(around.into_iter().filter(|days| days.from <= days.to).map(|days| (SpanUnit::Day, days)));
        parts
    }
}

/// What is asked for, as it stands in an address; what is left out has a default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsInput {
    pub preset: Option<Preset>,
    pub from: Option<Day>,
    pub to: Option<Day>,
    pub environment: Option<Environment>,
    pub compare: Option<Comparison>,
    pub unit: Option<SpanUnit>,
}

/// The same, with every day known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsQuery {
    pub preset: Preset,
    pub span: DaySpan,
    pub compared: Option<DaySpan>,
    pub compare: Comparison,
    pub environment: Environment,
    pub unit: SpanUnit,
}

impl StatisticsInput {
    /// Finds the days, seen from today; the field and the reason where they make no sense.
    pub fn resolve(&self, today: Day) -> Result<StatisticsQuery, (&'static str, Reason)> {
        let has_days = self.from.is_some() || self.to.is_some();
        let preset = self.preset.unwrap_or(if has_days { Preset::Custom } else { Preset::Days28 });
        let span = self.span(preset, today);
        if span.from > span.to {
            return Err(("from", Reason::DaysReversed));
        }
        if span.days() > DAYS_MAX {
            return Err(("from", Reason::DaysAtMost { max: DAYS_MAX }));
        }
        let compare = self.compare.unwrap_or(Comparison::Previous);
        let compared = match compare {
            Comparison::None => None,
            Comparison::Previous => Some(DaySpan { from: span.from.plus(-span.days()), to: span.from.plus(-1) }),
            Comparison::YearBefore => Some(DaySpan { from: span.from.plus_years(-1), to: span.to.plus_years(-1) }),
        };
        let unit = self.unit.unwrap_or(match span.days() {
            days if days <= DAILY_MAX => SpanUnit::Day,
            days if days <= WEEKLY_MAX => SpanUnit::Week,
            _ => SpanUnit::Month,
        });
        let environment = self.environment.unwrap_or(Environment::Live);
        Ok(StatisticsQuery { preset, span, compared, compare, environment, unit })
    }

    fn span(&self, preset: Preset, today: Day) -> DaySpan {
        let last = |days: i64| DaySpan { from: today.plus(1 - days), to: today };
        match preset {
            Preset::Today => last(1),
            Preset::Yesterday => DaySpan { from: today.plus(-1), to: today.plus(-1) },
            Preset::Days7 => last(7),
            Preset::Days28 => last(28),
            Preset::Days90 => last(90),
            Preset::ThisMonth => DaySpan { from: today.month(), to: today },
            Preset::LastMonth => DaySpan { from: today.month().plus_months(-1), to: today.month().plus(-1) },
            Preset::ThisYear => DaySpan { from: today.year(), to: today },
            Preset::Custom => {
                let to = self.to.unwrap_or(today);
                DaySpan { from: self.from.unwrap_or_else(|| to.plus(-27)), to }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    fn resolved(input: &StatisticsInput) -> (String, String, String) {
        let query = input.resolve(day("2026-03-31")).expect("makes sense");
        let text = |span: DaySpan| format!("{}..{}", span.from, span.to);
        (text(query.span), query.compared.map(text).unwrap_or_default(), query.unit.to_string())
    }

    #[test]
    fn presets_follow_today_and_know_what_they_are_laid_beside() {
        let of = |preset, compare| StatisticsInput { preset: Some(preset), compare: Some(compare), ..Default::default() };
        let row = |span: &str, compared: &str, unit: &str| (span.to_owned(), compared.to_owned(), unit.to_owned());
        assert_eq!(resolved(&StatisticsInput::default()), row("2026-03-04..2026-03-31", "2026-02-04..2026-03-03", "DAY"));
        assert_eq!(
            resolved(&of(Preset::Today, Comparison::Previous)),
            row("2026-03-31..2026-03-31", "2026-03-30..2026-03-30", "DAY")
        );
        assert_eq!(resolved(&of(Preset::LastMonth, Comparison::None)), row("2026-02-01..2026-02-28", "", "DAY"));
        assert_eq!(
            resolved(&of(Preset::ThisYear, Comparison::YearBefore)),
            row("2026-01-01..2026-03-31", "2025-01-01..2025-03-31", "DAY")
        );
        let long = StatisticsInput { from: Some(day("2025-04-01")), ..Default::default() };
        assert_eq!(resolved(&long).2, "MONTH");
    }

    #[test]
    fn nonsense_is_refused_by_its_field() {
        let input = |from, to| StatisticsInput { from: Some(day(from)), to: Some(day(to)), ..Default::default() };
        assert_eq!(input("2026-03-02", "2026-03-01").resolve(Day(1)), Err(("from", Reason::DaysReversed)));
        let refused = input("2020-01-01", "2026-03-01").resolve(Day(1));
        assert_eq!(refused, Err(("from", Reason::DaysAtMost { max: DAYS_MAX })));
    }

    #[test]
    fn a_span_is_whole_months_and_the_days_around_them() {
        let span = |from, to| DaySpan { from: day(from), to: day(to) };
        let (months, days) = (SpanUnit::Month, SpanUnit::Day);
        let year = span("2026-01-01", "2026-12-31");
        assert_eq!(year.months_and_days(), [(months, year)]);
        let short = span("2026-01-02", "2026-02-27");
        assert_eq!(short.months_and_days(), [(days, short)]);
        assert_eq!(
            span("2026-01-15", "2026-03-02").months_and_days(),
            [
                (months, span("2026-02-01", "2026-02-28")),
                (days, span("2026-01-15", "2026-01-31")),
                (days, span("2026-03-01", "2026-03-02")),
            ]
        );
    }

    #[test]
    fn parts_are_cut_at_weeks_and_months() {
        let span = DaySpan { from: day("2026-01-30"), to: day("2026-03-02") };
        let firsts = |unit| span.parts(unit).iter().map(|part| part.from.to_string()).collect::<Vec<_>>();
        assert_eq!(firsts(SpanUnit::Month), ["2026-01-30", "2026-02-01", "2026-03-01"]);
        assert_eq!(firsts(SpanUnit::Week), ["2026-01-30", "2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23", "2026-03-02"]);
        assert_eq!(span.parts(SpanUnit::Day).len() as i64, span.days());
    }
}
