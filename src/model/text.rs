//! Which texts are taken from outside, by whatever way they come.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// One line: an id, a name, a code. No control characters.
    Line,
    /// Several lines, as people and files have them: tabs and line breaks too.
    Block,
}

/// The longest line any surface takes; most fields have a smaller limit of their own.
pub const LINE_CHARS_MAX: usize = 2_048;

/// Whether a text has a control character that its kind may not have. NUL is never taken: PostgreSQL can't keep it.
pub fn has_control(text: &str, kind: TextKind) -> bool {
    let is_break = |letter: char| matches!(letter, '\t' | '\n' | '\r');
    // Nearly every text is ASCII without any, which is found out many bytes at a time.
    if text.is_ascii() && !text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == 0x7f)) {
        return false;
    }
    text.chars().any(|letter| letter.is_control() && !(kind == TextKind::Block && is_break(letter)))
}

/// Whether a text has more than so many characters; long ones are not counted to their end.
pub fn is_longer(text: &str, chars_max: usize) -> bool {
    text.len() > chars_max && text.chars().nth(chars_max).is_some()
}

/// At most so many characters of a text that others wrote, in one line, with a mark where it was cut. Control characters become
/// blanks, so that it can be kept and shown.
pub fn shorten(text: &str, chars_max: usize) -> Cow<'_, str> {
    let (kept, mark) = match text.char_indices().nth(chars_max) {
        None => (text, ""),
        Some((end, _)) => (&text[..end], "…"),
    };
    if mark.is_empty() && !has_control(kept, TextKind::Line) {
        return kept.into();
    }
    let shown = |letter: char| if letter.is_control() { ' ' } else { letter };
    (kept.chars().map(shown).collect::<String>() + mark).into()
}

/// A secret a person typed. Goes over the wire as plain text, but is never printed.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl Secret {
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_found_wherever_they_stand() {
        for bad in ["\0", "a\u{1}", "\u{7f}b", "한\u{0}", "\u{85}", "x\u{9f}", "\u{1b}[31m"] {
            assert!(has_control(bad, TextKind::Line) && has_control(bad, TextKind::Block), "{bad:?}");
        }
        for lines in ["a\nb", "a\tb", "\r\n", "한\n글"] {
            assert!(has_control(lines, TextKind::Line) && !has_control(lines, TextKind::Block), "{lines:?}");
        }
        for fine in ["", "player-1", "플레이어 1", "😀", "~ !"] {
            assert!(!has_control(fine, TextKind::Line) && !has_control(fine, TextKind::Block), "{fine:?}");
        }
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(!is_longer("한글", 2) && is_longer("한글x", 2) && !is_longer("", 0));
        assert_eq!((shorten("한글x", 2).as_ref(), shorten("한글", 2).as_ref()), ("한글…", "한글"));
        assert_eq!((shorten("a\0b\n", 9).as_ref(), shorten("a\0bc", 3).as_ref()), ("a b ", "a b…"));
    }
}
