//! Money as an integer of millionths plus a currency; never a float.

use serde::{Deserialize, Serialize};

const MICROS: i64 = 1_000_000;

/// An amount in millionths of a currency's unit, e.g. 4,400 won = 4_400_000_000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    pub price_micros: i64,
    /// ISO 4217, upper case.
    pub currency: String,
}

/// A price's two columns; both are null where no price is known.
#[derive(sqlx::FromRow)]
pub struct PriceColumns {
    price_micros: Option<i64>,
    currency: Option<String>,
}

impl From<PriceColumns> for Option<Money> {
    fn from(columns: PriceColumns) -> Self {
        let (price_micros, currency) = columns.price_micros.zip(columns.currency)?;
        Some(Money { price_micros, currency })
    }
}

impl Money {
    /// The largest price anybody may state: 10¹² units of a currency.
    pub const MICROS_MAX: i64 = 1_000_000_000_000 * MICROS;

    /// Reads a price: plain decimal text, not negative, of at most six places and 10¹² units.
    pub fn parse_price(text: &str) -> Option<i64> {
        Self::parse_micros(text).filter(|micros| Self::is_price(*micros))
    }

    /// Whether an amount may be a price.
    pub const fn is_price(micros: i64) -> bool {
        0 <= micros && micros <= Self::MICROS_MAX
    }

    /// How many decimals a currency is written with (ISO 4217 minor unit).
    pub fn decimals(currency: &str) -> u32 {
        match currency {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV" | "XAF"
            | "XOF" | "XPF" => 0,
            "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }

    /// The amount as plain decimal text, at least two places, no loss: `4400.00`, `0.0125`.
    pub fn to_decimal(&self) -> String {
        to_decimal(i128::from(self.price_micros))
    }

    /// Reads plain decimal text of at most six places, e.g. `4400` or `9.99`.
    pub fn parse_micros(text: &str) -> Option<i64> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) || fraction.len() > 6 {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
        whole.checked_mul(MICROS)?.checked_add(fraction).map(|micros| sign * micros)
    }

    /// The amount for a person: grouped digits, the currency's own decimals, the currency's code: `4,400 KRW`.
    pub fn for_people(&self) -> String {
        for_people(i128::from(self.price_micros), &self.currency)
    }
}

/// What many amounts of one currency add up to. However many and large they are, the sum is exact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MoneySum {
    pub micros: i128,
    /// ISO 4217, upper case.
    pub currency: String,
}

impl MoneySum {
    /// The sum as plain decimal text, as `Money` writes it.
    pub fn to_decimal(&self) -> String {
        to_decimal(self.micros)
    }

    /// The sum for a person, as `Money` writes it.
    pub fn for_people(&self) -> String {
        for_people(self.micros, &self.currency)
    }
}

fn to_decimal(micros: i128) -> String {
    const UNIT: u128 = MICROS.unsigned_abs() as u128;
    let (sign, micros) = (if micros < 0 { "-" } else { "" }, micros.unsigned_abs());
    let mut fraction = format!("{:06}", micros % UNIT);
    while fraction.len() > 2 && fraction.ends_with('0') {
        fraction.pop();
    }
    format!("{sign}{}.{fraction}", micros / UNIT)
}

fn for_people(micros: i128, currency: &str) -> String {
    const UNIT: u128 = MICROS.unsigned_abs() as u128;
    let (sign, micros) = (if micros < 0 { "−" } else { "" }, micros.unsigned_abs());
    let (whole, fraction) = (group(&(micros / UNIT).to_string()), format!("{:06}", micros % UNIT));
    // As many decimal places as the currency has, and as it takes to lose nothing.
    let places = (Money::decimals(currency) as usize).max(fraction.trim_end_matches('0').len());
    if places == 0 {
        return format!("{sign}{whole} {currency}");
    }
    format!("{sign}{whole}.{} {currency}", &fraction[..places])
}

/// `1234567` as `1,234,567`, the grouping both Korean and English use.
pub fn group_digits(number: u64) -> String {
    group(&number.to_string())
}

fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests;
