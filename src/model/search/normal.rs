//! The form in which ids are compared when they were typed, dictated or cut: without case, blanks and punctuation, and with those
//! characters made one that people take for each other.

use unicode_normalization::UnicodeNormalization;

/// How many characters a key tells apart.
pub const KEY_CHARS: usize = 2 * PART_CHARS;
/// 37 to the 12th is the last power below 2 to the 63rd.
const PART_CHARS: usize = 12;
/// Ten digits, 26 letters, and the end.
const BASE: i64 = 37;

/// A text in that form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Normal(String);

impl Normal {
    pub fn of(text: &str) -> Self {
        // Nearly every id is plain, and thousands are compared for one search.
        if text.is_ascii() {
            return Self(
                text.chars().filter(char::is_ascii_alphanumeric).map(|letter| merge(letter.to_ascii_lowercase())).collect(),
            );
        }
        let folded = text.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric());
        Self(folded.map(merge).collect())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many characters it has.
    pub fn count(&self) -> usize {
        self.0.chars().count()
    }

    pub fn is_digits(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// Back to front: what ends alike begins alike then.
    pub fn reversed(&self) -> Self {
        Self(self.0.chars().rev().collect())
    }

    pub fn contains(&self, part: &Self) -> bool {
        self.0.contains(&part.0)
    }

    /// The key it is found by, and the range of keys of what begins with it.
    pub fn key(&self) -> SearchKey {
        self.bound(0)
    }

    /// The last key of what begins with it.
    pub fn last_key(&self) -> SearchKey {
        self.bound(BASE - 1)
    }

    fn bound(&self, filler: i64) -> SearchKey {
        let mut digits = self.0.chars().map(digit).chain(std::iter::repeat(filler));
        let mut part = || digits.by_ref().take(PART_CHARS).fold(0, |sum, digit| sum * BASE + digit);
        let start = part();
        SearchKey { start, rest: part() }
    }

    /// Whether one character more, less or else, or two that changed places, make one of the other.
    pub fn is_one_slip_from(&self, other: &Self) -> bool {
        self != other && strsim::osa_distance(&self.0, &other.0) == 1
    }

    /// All texts that one slip makes of it.
    pub fn slips(&self) -> Vec<Self> {
        // What follows from `merge`: no o, i, l.
        const ALL: &str = "0123456789abcdefghjkmnpqrstuvwxyz";
        let alphabet: Vec<char> = if self.is_digits() { ALL[..10].chars().collect() } else { ALL.chars().collect() };
        let letters: Vec<char> = self.0.chars().collect();
        let mut slips = Vec::new();
        for place in 0..=letters.len() {
            let (before, after) = letters.split_at(place);
            let mut with = |middle: &[char], after: &[char]| slips.push(Self([before, middle, after].concat().iter().collect()));
            alphabet.iter().for_each(|letter| with(&[*letter], after));
            if let Some((first, rest)) = after.split_first() {
                with(&[], rest);
                alphabet.iter().filter(|letter| *letter != first).for_each(|letter| with(&[*letter], rest));
                if let Some((second, rest)) = rest.split_first().filter(|(second, _)| *second != first) {
                    with(&[*second, *first], rest);
                }
            }
        }
        slips
    }
}

/// What people take for each other, made one.
const fn merge(letter: char) -> char {
    match letter {
        'o' => '0',
        'l' | 'i' => '1',
        other => other,
    }
}

/// From 1 to 36. Other alphabets' letters share digits: what a key finds is compared again.
fn digit(letter: char) -> i64 {
    match letter {
        '0'..='9' => i64::from(u32::from(letter) - u32::from('0')) + 1,
        'a'..='z' => i64::from(u32::from(letter) - u32::from('a')) + 11,
        other => i64::from(u32::from(other) % 36) + 1,
    }
}

/// The first characters of a text as two numbers, in whose order the texts are. Numbers are in the same order in every database,
/// which texts are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SearchKey {
    pub start: i64,
    pub rest: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        Normal::of(text).0
    }

    #[test]
    fn spellings_of_one_id_are_one() {
        for (spelling, id) in [
            ("gpa 1234 5678 9012 34567", "GPA.1234-5678-9012-34567"),
            ("ＧＰＡ．１２３４－５６７８", "GPA.1234-5678"),
            ("GPA.1234–5678", "GPA.1234-5678"),
            ("KIM_0O2l", "kim_0021"),
            (" 2000 0000-0000\u{200b}1100 ", "2000000000001100"),
            ("플레이어 7", "플레이어-7"),
        ] {
            assert_eq!(normal(spelling), normal(id), "{spelling}");
        }
        assert_ne!(normal("kim_0021"), normal("kim_0022"));
    }

    #[test]
    fn keys_of_what_begins_alike_lie_in_one_range() {
        let part = Normal::of("20000000");
        for (text, is_in) in
            [("20000000", true), ("2000000099999999", true), ("20000001", false), ("2000000", false), ("1", false)]
        {
            let key = Normal::of(text).key();
            assert_eq!(part.key() <= key && key <= part.last_key(), is_in, "{text}");
        }
        let long = Normal::of("abcdefghjkmnpq");
        assert!(long.key() <= Normal::of("abcdefghjkmnpqz").key() && Normal::of("abcdefghjkmnpqz").key() <= long.last_key());
        assert!(Normal::of("abcdefghjkmnpa").key() < long.key());
        let all = Normal::of(&"z".repeat(40));
        assert!(all.key().start > 0 && all.key().rest > 0);
    }

    #[test]
    fn every_slip_is_one_and_none_is_left_out() {
        let id = Normal::of("k1m21");
        let slips = id.slips();
        assert!(slips.iter().all(|slip| *slip == id || id.is_one_slip_from(slip)));
        for typed in ["kim2", "kim221", "kim12", "kin21", "akim21", "im21"] {
            assert!(slips.contains(&Normal::of(typed)), "{typed}");
        }
        assert!(!slips.contains(&Normal::of("kim33")) && !id.is_one_slip_from(&Normal::of("kim33")));
    }
}
