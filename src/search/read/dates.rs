//! Days as people write them, in English and Korean: `last Tuesday`, `Nov 12`, `11월 12일`, `어제`, `3일 전`. No crate reads both.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use time::{Date, Duration, Month, OffsetDateTime};

use super::clean::{pattern, take};
use super::hours;
use crate::model::ZoneOffset;

/// Days: each the first, and the one after the last.
#[derive(Default)]
pub(super) struct Dates {
    pub days: Vec<(Date, Date)>,
    /// Times of the day, where a text says how many hours ago something was.
    pub hours: Vec<i64>,
}

type Days = Option<(Date, Date)>;
type Rule = (Regex, fn(&Captures<'_>, Date) -> Days);

const MONTHS: &str = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const WEEKDAYS: &str = "mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rs?)?(?:day)?|fri(?:day)?|saturday|sunday";
const NUMBERS_KO: [(&str, i64); 10] = [
    ("하루", 1),
    ("이틀", 2),
    ("사흘", 3),
    ("나흘", 4),
    ("닷새", 5),
    ("엿새", 6),
    ("이레", 7),
    ("열흘", 10),
    ("보름", 15),
    ("일주일", 7),
];

/// In the order in which they are tried: the longer form first.
static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let of = |text: &str, rule: fn(&Captures<'_>, Date) -> Days| (pattern(text), rule);
    vec![
        of(r"\b(?<y>20\d\d)\s?[-./]\s?(?<m>\d{1,2})\s?[-./]\s?(?<d>\d{1,2})\b\.?", by_numbers),
        of(r"(?:(?<y>(?:20)?\d\d)\s?년\s*)?(?<m>\d{1,2})\s?월\s*(?<d>\d{1,2})\s?일", by_numbers),
        of(r"(?<m>\d{1,2})\s?월\s*(?<part>초|중순|중|말)", part_of_month),
        of(&format!(r"\b(?<month>{MONTHS})\b\.?\s*(?<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*,?\s*(?<y>20\d\d))?"), by_month_name),
        of(
            &format!(r"\b(?<d>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?(?<month>{MONTHS})\b\.?(?:\s*,?\s*(?<y>20\d\d))?"),
            by_month_name,
        ),
        of(r"\b(?<a>\d{1,2})[/.](?<b>\d{1,2})[/.](?<c>20\d\d|\d\d)\b", by_order),
        of(r"\b(?<a>\d{1,2})/(?<b>\d{1,2})\b", by_order),
        of(r"(?<n>\d{1,3}|\ban?\b|\bone|\btwo|\bthree|\ba few)\s*(?<unit>days?|weeks?|months?)\s*(?:ago|before|back)", ago),
        of(r"(?<n>\d{1,3}|한|두|세)\s?(?<unit>일|주일|주|개월|달)\s*전", ago),
        of(r"(?<n>하루|이틀|사흘|나흘|닷새|엿새|이레|열흘|보름|일주일)\s*전", |it, today| {
            let count = NUMBERS_KO.iter().find(|(word, _)| *word == &it["n"]).map_or(1, |(_, count)| *count);
            one(today - Duration::days(count))
        }),
        of(r"(?<which>지지난|저저번|지난|저번|이번)\s?주?\s?(?<day>[월화수목금토일])요일", weekday_of_week),
        of(r"(?<day>[월화수목금토일])요일", |it, today| one(last_weekday(weekday_ko(&it["day"])?, today))),
        of(&format!(r"\b(?<which>last|this|past|previous)\s+(?:week'?s?\s+)?(?<day>{WEEKDAYS})\b"), weekday_en),
        of(&format!(r"\b(?<day>{WEEKDAYS})\s+(?<which>last|this)\s+week\b"), weekday_en),
        of(&format!(r"\b(?<day>{WEEKDAYS})\b"), |it, today| one(last_weekday(weekday_name(&it["day"])?, today))),
        of(r"그저께|그제|엊그제|\bday before yesterday\b", |_, today| one(today - Duration::days(2))),
        of(r"어제|어저께|간밤|어젯밤|\byesterday\b|\blast night\b", |_, today| one(today - Duration::days(1))),
        of(r"오늘|\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b|방금|\bjust now\b", |_, today| one(today)),
        of(r"지난\s?주말|저번\s?주말|주말|\b(?:last |the |this )?weekend\b", |_, today| {
            let sunday = last_weekday(6, today - Duration::days(1));
            Some((sunday - Duration::days(1), sunday + Duration::days(1)))
        }),
        of(r"지난\s?주|저번\s?주|\blast week\b|\bprevious week\b", |_, today| {
            Some((monday(today) - Duration::days(7), monday(today)))
        }),
        of(r"이번\s?주|\bthis week\b", |_, today| Some((monday(today), monday(today) + Duration::days(7)))),
        of(r"지난\s?달|저번\s?달|\blast month\b", |_, today| month_before(today)),
        of(r"이번\s?달|\bthis month\b", |_, today| month_of(today.year(), u8::from(today.month()))),
        of(r"(?:최근|지난)\s?(?<n>\d{1,3})\s?일|\b(?:last|past)\s+(?<m>\d{1,3})\s+days\b", |it, today| {
            let count = it.name("n").or_else(|| it.name("m"))?.as_str().parse().ok()?;
            Some((today - Duration::days(count), today + Duration::days(1)))
        }),
        of(r"(?<m>\d{1,2})\s?월(?:달)?", |it, today| {
            let month = it["m"].parse().ok()?;
            month_of(year_of_month(month, today), month)
        }),
        of(r"(?<d>\d{1,2})\s?일(?:에|날|자|쯤|경)|\bon the (?<e>\d{1,2})(?:st|nd|rd|th)\b", |it, today| {
            let day = it.name("d").or_else(|| it.name("e"))?.as_str().parse().ok()?;
            let before = month_before(today)?.0;
            let of_month = |month: Date| date(month.year(), u8::from(month.month()), day);
            one(of_month(today).filter(|found| *found <= today).or_else(|| of_month(before))?)
        }),
        of(&format!(r"\b(?:in|during|of|since)\s+(?<month>{MONTHS})\b(?:\s+(?<y>20\d\d))?"), |it, today| {
            let month = month_name(&it["month"])?;
            let year = it.name("y").and_then(|year| year.as_str().parse().ok());
            month_of(year.unwrap_or_else(|| year_of_month(month, today)), month)
        }),
    ]
});
static MOMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?<n>\d{1,3}|\ban?\b|\bhalf an|\bone|\btwo|한|두|세)\s?(?<unit>hours?|hrs?|minutes?|mins?|시간|분)\s*(?:ago|전)")
});
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?<date>20\d\d-\d\d-\d\d)[T ](?<h>\d\d):(?<m>\d\d)(?::\d\d)?(?:\.\d+)?\s?(?<zone>Z\b|UTC|GMT|KST|[+-]\d\d:?\d\d)?",
    )
});
static RANGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bbetween\b|\bfrom\b|~|부터|사이|\buntil\b|까지"));

/// Takes the moments out of a text: how long ago something was, and times as programs write them. `local` is the reader's time.
pub(super) fn read_moments(text: &mut String, local: OffsetDateTime, zone: ZoneOffset) -> Dates {
    let mut moments: Vec<OffsetDateTime> = take(text, &MOMENT, |it| Some(local - Duration::minutes(minutes_ago(it)?)));
    moments.extend(take(text, &WRITTEN, |it| written(it, zone)));
    let (days, hours) = moments.iter().filter_map(|at| Some((one(at.date())?, hours::of_day(at.hour(), at.minute())))).unzip();
    Dates { days, hours }
}

/// Takes the days out of a text, as of today.
pub(super) fn read(text: &mut String, today: Date) -> Vec<(Date, Date)> {
    let is_range = RANGE.is_match(text);
    let mut days = Vec::new();
    for (pattern, rule) in RULES.iter() {
        days.extend(take(text, pattern, |captures| rule(captures, today)));
    }
    if is_range && days.len() == 2 {
        let (from, to) = (days.iter().map(|days| days.0).min(), days.iter().map(|days| days.1).max());
        days = from.zip(to).into_iter().collect();
    }
    days
}

fn written(it: &Captures<'_>, zone: ZoneOffset) -> Option<OffsetDateTime> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let day = Date::parse(&it["date"], format).ok()?;
    let at = day.with_hms(it["h"].parse().ok()?, it["m"].parse().ok()?, 0).ok()?.assume_utc();
    let Some(named) = it.name("zone") else { return Some(at) };
    let minutes: i64 = match named.as_str().to_uppercase().as_str() {
        "KST" => 9 * 60,
        "Z" | "UTC" | "GMT" => 0,
        offset => {
            let digits: i64 = offset.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()?;
            let minutes = digits / 100 * 60 + digits % 100;
            if offset.starts_with('-') { -minutes } else { minutes }
        }
    };
    Some(at - Duration::minutes(minutes) + Duration::minutes(i64::from(zone.0)))
}

fn minutes_ago(captures: &Captures<'_>) -> Option<i64> {
    let count = &captures["n"];
    let is_hours = captures["unit"].starts_with(['h', 'H']) || &captures["unit"] == "시간";
    let minutes = if is_hours { 60 } else { 1 };
    if count.to_lowercase().starts_with("half") {
        return Some(minutes / 2);
    }
    Some(number(count)? * minutes)
}

fn number(text: &str) -> Option<i64> {
    Some(match text.trim().to_lowercase().as_str() {
        "a" | "an" | "one" | "한" => 1,
        "two" | "두" => 2,
        "three" | "a few" | "세" => 3,
        digits => digits.parse().ok()?,
    })
}

fn one(day: Date) -> Days {
    Some((day, day.next_day()?))
}

fn date(year: i32, month: u8, day: u8) -> Option<Date> {
    Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()
}

/// The latest such day that is not to come; tomorrow may have begun elsewhere.
fn latest(month: u8, day: u8, today: Date) -> Option<Date> {
    let of = |year| date(year, month, day);
    let is_past = |found: &Date| *found <= today + Duration::days(1);
    of(today.year() + 1).filter(is_past).or_else(|| of(today.year()).filter(is_past)).or_else(|| of(today.year() - 1))
}

fn by_numbers(it: &Captures<'_>, today: Date) -> Days {
    let (month, day) = (it["m"].parse().ok()?, it["d"].parse().ok()?);
    match it.name("y") {
        Some(year) => one(date(year.as_str().parse::<i32>().ok().map(whole_year)?, month, day)?),
        None => one(latest(month, day, today)?),
    }
}

const fn whole_year(year: i32) -> i32 {
    if year < 100 { 2000 + year } else { year }
}

fn by_month_name(it: &Captures<'_>, today: Date) -> Days {
    let (month, day) = (month_name(&it["month"])?, it["d"].parse().ok()?);
    match it.name("y") {
        Some(year) => one(date(year.as_str().parse().ok()?, month, day)?),
        None => one(latest(month, day, today)?),
    }
}

/// Numbers in an order that differs by country: the reading that is closest before now.
fn by_order(it: &Captures<'_>, today: Date) -> Days {
    let (a, b): (u8, u8) = (it["a"].parse().ok()?, it["b"].parse().ok()?);
    let Some(c) = it.name("c") else {
        return one(latest(a, b, today).or_else(|| latest(b, a, today))?);
    };
    let c: i32 = c.as_str().parse().ok()?;
    let year_last = [date(whole_year(c), a, b), date(whole_year(c), b, a)];
    let year_first = u8::try_from(c).ok().and_then(|c| date(whole_year(i32::from(a)), b, c));
    let readings = year_last.into_iter().chain([year_first]).flatten().filter(|day| *day <= today + Duration::days(1));
    one(readings.max_by_key(|day| day.to_julian_day())?)
}

fn ago(it: &Captures<'_>, today: Date) -> Days {
    let count = number(&it["n"])?;
    match it["unit"].to_lowercase().as_str() {
        "day" | "days" | "일" => one(today - Duration::days(count)),
        "week" | "weeks" | "주" | "주일" => {
            // Who counts in weeks means about that day.
            let day = today - Duration::days(7 * count);
            Some((day - Duration::days(2), day + Duration::days(3)))
        }
        _ => {
            let day = today - Duration::days(30 * count);
            Some((day - Duration::days(7), day + Duration::days(8)))
        }
    }
}

fn monday(today: Date) -> Date {
    today - Duration::days(i64::from(today.weekday().number_days_from_monday()))
}

/// The latest such day, today too.
fn last_weekday(weekday: i64, today: Date) -> Date {
    let here = i64::from(today.weekday().number_days_from_monday());
    today - Duration::days((here - weekday).rem_euclid(7))
}

fn weekday_ko(letter: &str) -> Option<i64> {
    let place = "월화수목금토일".chars().position(|one| letter.starts_with(one))?;
    i64::try_from(place).ok()
}

fn weekday_name(name: &str) -> Option<i64> {
    const NAMES: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];
    let place = NAMES.iter().position(|start| name.to_lowercase().starts_with(start))?;
    i64::try_from(place).ok()
}

/// `지난주 화요일` is of the week before; `지난 화요일` the last one.
fn weekday_of_week(it: &Captures<'_>, today: Date) -> Days {
    let weekday = weekday_ko(&it["day"])?;
    let of_week = |weeks: i64| one(monday(today) + Duration::days(weekday - 7 * weeks));
    match (&it["which"], it[0].contains('주')) {
        ("이번", _) => of_week(0),
        ("지지난" | "저저번", _) => of_week(2),
        (_, true) => of_week(1),
        _ => one(last_weekday(weekday, today - Duration::days(1))),
    }
}

/// `last Tuesday` is the last one before today; where that is in this week, some mean the week before.
fn weekday_en(it: &Captures<'_>, today: Date) -> Days {
    let weekday = weekday_name(&it["day"])?;
    if it["which"].eq_ignore_ascii_case("this") {
        return one(monday(today) + Duration::days(weekday));
    }
    if it[0].to_lowercase().contains("week") {
        return one(monday(today) + Duration::days(weekday - 7));
    }
    one(last_weekday(weekday, today - Duration::days(1)))
}

fn month_name(name: &str) -> Option<u8> {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let place = NAMES.iter().position(|start| name.to_lowercase().starts_with(start))?;
    u8::try_from(place + 1).ok()
}

fn year_of_month(month: u8, today: Date) -> i32 {
    if month > u8::from(today.month()) { today.year() - 1 } else { today.year() }
}

fn month_of(year: i32, month: u8) -> Days {
    let first = date(year, month, 1)?;
    let next = if month == 12 { date(year + 1, 1, 1) } else { date(year, month + 1, 1) };
    Some((first, next?))
}

fn month_before(today: Date) -> Days {
    let last = date(today.year(), u8::from(today.month()), 1)?.previous_day()?;
    month_of(last.year(), u8::from(last.month()))
}

fn part_of_month(it: &Captures<'_>, today: Date) -> Days {
    let month = it["m"].parse().ok()?;
    let (first, next) = month_of(year_of_month(month, today), month)?;
    let day = |day: i64| first + Duration::days(day - 1);
    Some(match &it["part"] {
        "초" => (first, day(11)),
        "말" => (day(20), next),
        _ => (day(10), day(22)),
    })
}
