//! An id as it was typed, and the spellings it may be stored in.

use crate::model::Normal;

/// Longer than any id: Google's purchase tokens have some 200 characters.
const TERM_CHARS_MAX: usize = 1_000;
/// `GPA` and the digits of an order of Google Play.
const GOOGLE_DIGITS: usize = 17;
const UUID_DIGITS: usize = 32;

/// How likely a term is an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::search) enum Strength {
    /// It looks like one.
    Likely,
    /// It has an id's form, or stands alone.
    Sure,
}

/// An id of a text.
#[derive(Debug, Clone)]
pub(in crate::search) struct Term {
    pub text: String,
    /// The text and other spellings it may be stored in.
    pub spellings: Vec<String>,
    pub normal: Normal,
    pub strength: Strength,
    /// Of several ids that a pasted purchase names, its own comes first.
    pub rank: u8,
}

impl Term {
    pub fn new(text: &str, strength: Strength, rank: u8) -> Self {
        // What is decoded from a text may have characters that no id has and PostgreSQL refuses.
        let text: String = text.trim().chars().filter(|letter| !letter.is_control()).take(TERM_CHARS_MAX).collect();
        let normal = Normal::of(&text);
        let spellings = spell(&text, &normal);
        Self { spellings, normal, text, strength, rank }
    }

    /// Whether parts of ids and slips are looked for: shorter ones are in too many.
    pub fn is_long_enough(&self) -> bool {
        const FRAGMENT_CHARS_MIN: usize = 6;
        self.normal.count() >= FRAGMENT_CHARS_MIN
    }
}

fn spell(text: &str, normal: &Normal) -> Vec<String> {
    let mut spellings = vec![text.to_owned()];
    let joined: String = text.split_whitespace().collect();
    let number = normal.as_str();
    let google = number.strip_prefix("gpa").unwrap_or(number);
    let is_google = google.len() >= GOOGLE_DIGITS
        && google.bytes().all(|byte| byte.is_ascii_digit())
        && (number.starts_with("gpa") || google.len() == GOOGLE_DIGITS && text.contains(['-', ' ', '.']));
    if is_google {
        spellings.push(google_order(google));
    }
    if number.len() == UUID_DIGITS && number.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let [a, b, c, d, e] = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &number[range]);
        spellings.push(format!("{a}-{b}-{c}-{d}-{e}"));
    }
    if normal.is_digits() && number.len() >= 6 {
        spellings.push(number.to_owned());
    }
    spellings.extend([joined.to_uppercase(), joined.to_lowercase(), joined]);
    let mut seen = Vec::new();
    spellings.retain(|spelling| {
        !spelling.is_empty() && !seen.contains(spelling) && {
            seen.push(spelling.clone());
            true
        }
    });
    spellings
}

/// `GPA.1234-5678-9012-34567`, with the number of a renewal behind two dots.
fn google_order(digits: &str) -> String {
    let [a, b, c, d] = [0..4, 4..8, 8..12, 12..GOOGLE_DIGITS].map(|range| &digits[range]);
    let renewal = &digits[GOOGLE_DIGITS..];
    let renewal = if renewal.is_empty() { String::new() } else { format!("..{renewal}") };
    format!("GPA.{a}-{b}-{c}-{d}{renewal}")
}
