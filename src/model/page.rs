//! Lists by page: the rows of one page, and where the next one begins.

use std::fmt::Display;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::{NotificationNo, PaymentSeq, SubscriptionId, Timestamp};

/// A number in a cursor is no longer than this.
const NUMBER_BYTES_MAX: usize = 32;

/// One page of a list by key, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Give it as `cursor` for the next page; none on the last.
    pub next_cursor: Option<String>,
}

/// The last row of a page in a list that is ordered by a time and a key: the next page begins after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor<K> {
    pub at: Timestamp,
    pub key: K,
}

/// A row's key, as a cursor holds it.
pub trait CursorKey: Display + Sized {
    fn parse(text: &str) -> Option<Self>;
}

impl<K: CursorKey> Cursor<K> {
    /// The text a caller gives back as it is.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}.{}", self.at.0, self.key))
    }

    /// Reads what `to_text` wrote; none of any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (at, key) = text.split_once('.')?;
        Some(Self { at: Timestamp(at.parse().ok()?), key: K::parse(key)? })
    }
}

fn digits(text: &str) -> Option<String> {
    let is_number = (1..=NUMBER_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.to_owned())
}

impl CursorKey for PaymentSeq {
    fn parse(text: &str) -> Option<Self> {
        digits(text).map(Self)
    }
}

impl CursorKey for SubscriptionId {
    fn parse(text: &str) -> Option<Self> {
        digits(text).map(Self)
    }
}

impl CursorKey for NotificationNo {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// A row of the audit log.
impl CursorKey for i64 {
    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is() {
        let cursor = Cursor { at: Timestamp(1_795_392_000_000), key: PaymentSeq("2026112310000000".into()) };
        assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
        let cursor = Cursor { at: Timestamp(0), key: 7_i64 };
        assert_eq!(Cursor::parse(&cursor.to_text()), Some(cursor));
        let long = "1".repeat(NUMBER_BYTES_MAX + 1);
        for text in ["", "12", "12.", "x.1", "1.x", "1.-1", "1. 1", &format!("1.{long}")] {
            assert_eq!(Cursor::<PaymentSeq>::parse(&URL_SAFE_NO_PAD.encode(text)), None, "{text}");
            assert_eq!(Cursor::<PaymentSeq>::parse(text), None, "{text} as it is");
        }
    }
}
