//! Amounts as people write them: `15,000 KRW`, `9,900원`, `1만 5천원`, `$9.99`, `9,99 €`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::clean::{pattern, take};
use crate::model::{AskedAmount, Money};

const MICROS: i64 = 1_000_000;
/// Amounts a text has at most.
const AMOUNTS_MAX: usize = 5;

const SYMBOLS: [(&str, &[&str]); 10] = [
    ("us$", &["USD"]),
    ("$", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP"]),
    ("₩", &["KRW"]),
    ("€", &["EUR"]),
    ("£", &["GBP"]),
    ("¥", &["JPY", "CNY"]),
    ("₫", &["VND"]),
    ("฿", &["THB"]),
    ("₹", &["INR"]),
    ("r$", &["BRL"]),
];
const WORDS: [(&str, &[&str]); 24] = [
    ("원", &["KRW"]),
    ("won", &["KRW"]),
    ("달러", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"]),
    ("불", &["USD"]),
    ("dollars", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"]),
    ("dollar", &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"]),
    ("bucks", &["USD", "CAD", "AUD"]),
    ("엔", &["JPY"]),
    ("円", &["JPY"]),
    ("yen", &["JPY"]),
    ("유로", &["EUR"]),
    ("euros", &["EUR"]),
    ("euro", &["EUR"]),
    ("파운드", &["GBP"]),
    ("pounds", &["GBP"]),
    ("위안", &["CNY"]),
    ("元", &["CNY"]),
    ("yuan", &["CNY"]),
    ("baht", &["THB"]),
    ("바트", &["THB"]),
    ("rupees", &["INR"]),
    ("동", &["VND"]),
    ("dong", &["VND"]),
    ("reais", &["BRL"]),
];
const CODES: &str = "usd|krw|eur|jpy|gbp|cny|twd|hkd|sgd|aud|cad|nzd|vnd|thb|idr|php|inr|brl|mxn|myr|kwd|bhd|chf|sek|nok|dkk|pln|czk|try|rub|clp|cop|ars|pen|sar|aed|ils|zar";

static KOREAN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?<n>(?:(?:\d[\d,.]*|[일이삼사오육칠팔구])?[십백천만]\s?)+(?:\d[\d,]*)?)\s?(?<unit>원|won|krw|달러|엔)")
});
static BEFORE: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"(?<unit>us\$|r\$|[$€£¥₩₫฿₹]|\b(?:{CODES}))\s?(?<n>\d[\d,.' ]*\d|\d)")));
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    let words = WORDS.map(|(word, _)| word).join("|");
    pattern(&format!(r"(?<n>\d[\d,.']*\d|\d)\s?(?<k>k\b\s?)?(?<unit>{words}|[€£₩₫฿₹]|(?:{CODES})\b)"))
});
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:\bpaid|\bprice|\bamount|\btotal|\bcharged|금액|가격|결제액|총액)\w*\s*(?:is|was|of|for|은|는|이|가|을|를|:|=)?\s*(?<it>(?<n>\d[\d,.]*\d|\d))",
    )
});
static BARE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[\s(])(?<it>(?<n>\d{1,3}(?:,\d{3})+(?:\.\d{2})?|\d{1,4}\.\d{2}))(?:$|[\s,.)])"));

/// Takes the amounts out of a text.
pub(super) fn read(text: &mut String) -> Vec<AskedAmount> {
    let mut found =
        take(text, &KOREAN, |it| Some(vec![AskedAmount { micros: korean(&it["n"])?, currencies: named(&it["unit"]) }]));
    for pattern in [&BEFORE, &AFTER] {
        found.extend(take(text, pattern, with_currency));
    }
    if found.is_empty() {
        for pattern in [&NAMED, &BARE] {
            found.extend(take(text, pattern, |it| Some(readings(&it["n"], Vec::new()))));
        }
    }
    let mut amounts = found.concat();
    amounts.retain(|amount| amount.micros > 0);
    amounts.truncate(AMOUNTS_MAX);
    amounts
}

fn with_currency(it: &Captures<'_>) -> Option<Vec<AskedAmount>> {
    let mut amounts = readings(&it["n"], named(&it["unit"]));
    if it.name("k").is_some() {
        amounts.iter_mut().for_each(|amount| amount.micros = amount.micros.saturating_mul(1_000));
    }
    Some(amounts)
}

fn named(unit: &str) -> Vec<String> {
    let unit = unit.to_lowercase();
    let known = SYMBOLS.iter().chain(&WORDS).find(|(name, _)| *name == unit).map(|(_, codes)| *codes);
    match known {
        Some(codes) => codes.iter().map(|code| (*code).to_owned()).collect(),
        None => vec![unit.to_uppercase()],
    }
}

/// A number with marks in it. A mark before two last digits parts the decimals, one before three the thousands.
fn readings(text: &str, currencies: Vec<String>) -> Vec<AskedAmount> {
    let text = text.trim_end_matches(['.', ',', ' ', '\'']);
    let has_no_decimals = !currencies.is_empty() && currencies.iter().all(|code| Money::decimals(code) == 0);
    let decimals =
        text.rsplit_once(['.', ',']).filter(|(_, tail)| tail.len() != 3 || is_three_places(&currencies) && text.contains('.'));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let plain = match decimals {
        Some((whole, tail)) if !has_no_decimals || tail.bytes().all(|byte| byte == b'0') => {
            format!("{}.{}", digits(whole), digits(tail))
        }
        _ => digits(text),
    };
    Money::parse_price(&plain).map(|micros| AskedAmount { micros, currencies }).into_iter().collect()
}

fn is_three_places(currencies: &[String]) -> bool {
    currencies.first().is_some_and(|code| Money::decimals(code) == 3)
}

/// `1만 5천`, `만오천`, `1만 5,000`, `1.5만`.
fn korean(text: &str) -> Option<i64> {
    let (mut total, mut section, mut number) = (0_i64, 0_i64, None::<i64>);
    let mut digits = String::new();
    for letter in text.chars().chain([' ']) {
        if letter.is_ascii_digit() || letter == '.' {
            digits.push(letter);
            continue;
        }
        if letter == ',' {
            continue;
        }
        if !digits.is_empty() {
            number = Some(Money::parse_price(digits.trim_end_matches('.'))?);
            digits.clear();
        }
        if let Some(place) = "일이삼사오육칠팔구".chars().position(|one| one == letter) {
            number = Some((i64::try_from(place).ok()? + 1) * MICROS);
        }
        let times = match letter {
            '십' => 10,
            '백' => 100,
            '천' => 1_000,
            '만' => 10_000,
            _ => continue,
        };
        if times == 10_000 {
            let held = section.checked_add(number.take().unwrap_or_default())?;
            total = total.checked_add(if held == 0 { MICROS } else { held }.checked_mul(times)?)?;
            section = 0;
        } else {
            section = section.checked_add(number.take().unwrap_or(MICROS).checked_mul(times)?)?;
        }
    }
    total.checked_add(section)?.checked_add(number.unwrap_or_default())
}
