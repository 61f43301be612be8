//! Reads a text as people paste it into what can be looked for: ids, amounts, days, words. Touches no database.

mod clean;
mod dates;
mod embedded;
mod hours;
mod money;
mod term;
mod words;

use time::OffsetDateTime;

use crate::model::{AskedAmount, Timestamp, ZoneOffset};
use clean::clean;

pub(super) use term::{Strength, Term};

/// More ids than anybody asks for at once.
const TERMS_MAX: usize = 20;
/// Plain words, any of which may be a user's key.
const WORDS_MAX: usize = 40;
/// A line of so many characters may be an id with blanks in it.
const WHOLE_CHARS_MAX: usize = 128;

/// What a text asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// Those most likely meant first.
    pub terms: Vec<Term>,
    /// Words that are no likely ids; one of them may be a user's key.
    pub words: Vec<String>,
    pub amounts: Vec<AskedAmount>,
    /// Days, each from its first moment to the first of the next; any of them.
    pub days: Vec<(Timestamp, Timestamp)>,
    /// Times of the day, in milliseconds from its beginning.
    pub hours: Vec<i64>,
    /// The product that a pasted purchase names.
    pub product_id: Option<String>,
    /// All of it in plain characters, for the words of products.
    pub text: String,
}

/// Reads a text as of a moment, in the reader's zone.
pub(super) fn read(text: &str, now: Timestamp, zone: ZoneOffset) -> Asked {
    let whole = clean(text);
    let mut rest = whole.clone();
    let mut asked = Asked { text: whole.clone(), ..Asked::default() };
    let mut terms = Terms::default();
    let embedded = embedded::read(&mut rest);
    asked.product_id = embedded.product_id.filter(|id| !id.contains(char::is_control));
    embedded.ids.into_iter().for_each(|id| terms.add(id));
    words::read_addresses(&mut rest).into_iter().for_each(|id| terms.add(id));
    let shaped = words::read_shapes(&mut rest);
    let is_mixed = !shaped.is_empty() || !terms.0.is_empty();
    shaped.into_iter().for_each(|id| terms.add(id));
    let with_ids = rest.clone();
    let local = local_time(now, zone);
    let moments = dates::read_moments(&mut rest, local, zone);
    asked.hours = moments.hours;
    asked.hours.extend(hours::read(&mut rest));
    keep_few(&mut asked.hours);
    let days = moments.days.into_iter().chain(dates::read(&mut rest, local.date()));
    asked.days = days.map(|(from, to)| (start_of(from, zone), start_of(to, zone))).collect();
    keep_few(&mut asked.days);
    asked.amounts = money::read(&mut rest);
    if !is_mixed {
        whole_lines(&with_ids).into_iter().for_each(|line| terms.add(line));
    }
    let listed = listed(&rest);
    let read = words::read_words(&rest);
    read.likely.into_iter().for_each(|id| terms.add(id));
    listed.into_iter().for_each(|id| terms.add(id));
    asked.words = read.words.into_iter().take(WORDS_MAX).collect();
    asked.terms = terms.0;
    asked
}

/// Leaves the first few of a text's days or hours, each once: nobody means more, and each costs a query.
fn keep_few<T: Ord + Copy>(found: &mut Vec<T>) {
    const FEW: usize = 5;
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|one| seen.len() < FEW && seen.insert(*one));
}

/// The terms so far, each once.
#[derive(Default)]
struct Terms(Vec<Term>);

impl Terms {
    fn add(&mut self, term: Term) {
        let is_new = !self.0.iter().any(|held| held.text == term.text);
        if is_new && self.0.len() < TERMS_MAX && !term.normal.as_str().is_empty() {
            self.0.push(term);
        }
    }
}

/// The text, or each of its lines: ids may have blanks in them.
fn whole_lines(text: &str) -> Vec<Term> {
    const WORDS_IN_ID: usize = 8;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_id = |line: &&str| {
        let words = line.split_whitespace().count();
        line.chars().count() <= WHOLE_CHARS_MAX
            && (words <= 3 || words <= WORDS_IN_ID && line.bytes().any(|byte| byte.is_ascii_digit()))
    };
    let is_only = lines.len() == 1;
    let strength = if is_only { Strength::Sure } else { Strength::Likely };
    lines.into_iter().filter(is_id).map(|line| Term::new(words::trim(line), strength, 0)).collect()
}

/// The parts of a list by comma that may be ids with blanks in them: `kim 0021, 9,900 won`.
fn listed(text: &str) -> Vec<Term> {
    const WORDS_IN_ID: usize = 3;
    let parts: Vec<&str> =
        text.split([',', ';', '\n']).map(words::trim).filter(|part| !part.is_empty()).take(TERMS_MAX).collect();
    let is_id = |part: &&str| {
        (2..=WORDS_IN_ID).contains(&part.split_whitespace().count())
            && part.chars().count() <= WHOLE_CHARS_MAX
            && part.bytes().any(|byte| byte.is_ascii_digit())
    };
    parts.into_iter().filter(is_id).map(|part| Term::new(part, Strength::Likely, 0)).collect()
}

fn local_time(now: Timestamp, zone: ZoneOffset) -> OffsetDateTime {
    let seconds = now.0.div_euclid(Timestamp::SECOND) + i64::from(zone.0) * 60;
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The first moment of a day in a zone.
fn start_of(day: time::Date, zone: ZoneOffset) -> Timestamp {
    let seconds = day.midnight().assume_utc().unix_timestamp() - i64::from(zone.0) * 60;
    Timestamp(seconds * Timestamp::SECOND)
}

#[cfg(test)]
mod tests;
