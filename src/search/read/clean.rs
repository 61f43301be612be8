//! Plain characters, and taking out what was read.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// The text in compatibility form: full-width characters narrow, every dash and quotation mark the plain one, nothing that has no width.
pub(super) fn clean(text: &str) -> String {
    let plain = text.nfkc().filter(|letter| !is_invisible(*letter)).map(|letter| match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{2018}'..='\u{201b}' | '\u{2032}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' => '"',
        '\r' => '\n',
        other if other != '\n' && (other.is_whitespace() || other.is_control()) => ' ',
        other => other,
    });
    plain.collect()
}

const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Puts a blank in the place of what was read, so that it is not read as something else too.
pub(super) fn mask(text: &mut String, mut ranges: Vec<Range<usize>>) {
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    let mut end = usize::MAX;
    for range in ranges {
        if range.end <= end {
            end = range.start;
            text.replace_range(range, " ");
        }
    }
}

/// Takes out everything a pattern matches and `read` makes something of.
pub(super) fn take<T>(
    text: &mut String,
    pattern: &regex::Regex,
    mut read: impl FnMut(&regex::Captures<'_>) -> Option<T>,
) -> Vec<T> {
    let (mut found, mut ranges) = (Vec::new(), Vec::new());
    for captures in pattern.captures_iter(text) {
        if let (Some(made), Some(whole)) = (read(&captures), captures.name("it").or_else(|| captures.get(0))) {
            found.push(made);
            ranges.push(whole.range());
        }
    }
    mask(text, ranges);
    found
}

/// A pattern of our own, without regard to case.
pub(super) fn pattern(text: &str) -> regex::Regex {
    regex::RegexBuilder::new(text).case_insensitive(true).build().expect("patterns are ours, and tests use each")
}
