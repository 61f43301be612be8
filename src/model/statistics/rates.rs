//! What currencies are worth, as an operator entered it.

use serde::{Deserialize, Serialize};

use crate::model::Day;

/// What one unit of a currency is worth in the currency that is added up in, from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct ExchangeRate {
    pub currency: String,
    pub valid_from: Day,
    pub rate_billionths: i64,
}

impl ExchangeRate {
    pub const ONE: i64 = 1_000_000_000;
    /// Nobody's currency is worth a million of another's, and nine places are for those worth little.
    pub const MAX: i64 = 1_000_000 * Self::ONE;
    const PLACES: usize = 9;

    /// Reads a decimal number above zero of at most nine places.
    pub fn parse_rate(text: &str) -> Option<i64> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 7 || fraction.len() > Self::PLACES || !are_digits(whole) || !are_digits(fraction) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = format!("{fraction:0<9}").parse().ok()?;
        let rate = whole.checked_mul(Self::ONE)?.checked_add(fraction)?;
        (0 < rate && rate <= Self::MAX).then_some(rate)
    }

    /// The rate as plain decimal text: `0.00072`.
    pub fn rate_text(&self) -> String {
        let text = format!("{}.{:09}", self.rate_billionths / Self::ONE, self.rate_billionths % Self::ONE);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// How a project's numbers are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatisticsSettings {
    pub time_zone: String,
    /// The currency that revenue is added up in; none keeps currencies apart.
    pub sum_currency: Option<String>,
    /// For that currency, by currency, the newest first.
    pub rates: Vec<ExchangeRate>,
}

impl StatisticsSettings {
    /// The rate of a currency on a day.
    pub fn rate_on(&self, currency: &str, day: Day) -> Option<&ExchangeRate> {
        self.rates.iter().filter(|rate| rate.currency == currency && rate.valid_from <= day).max_by_key(|rate| rate.valid_from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_written_without_loss() {
        for text in ["1", "1385.2", "0.00072", "0.000000001", "1000000"] {
            let rate_billionths = ExchangeRate::parse_rate(text).unwrap_or_else(|| panic!("{text} is a rate"));
            let rate = ExchangeRate { currency: "USD".into(), valid_from: Day(1), rate_billionths };
            assert_eq!(rate.rate_text(), text);
        }
        for bad in ["", "0", "-1", "1,5", "1e3", "0.0000000001", "1000000.1", "99999999", ".5", " 1"] {
            assert_eq!(ExchangeRate::parse_rate(bad), None, "{bad}");
        }
    }
}
