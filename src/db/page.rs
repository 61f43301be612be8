//! Which page of a list by time and key is read.

use crate::error::{Error, Result};
use crate::model::{Cursor, CursorKey, Page, Reason};

const LIMIT_DEFAULT: u32 = 50;
/// The most rows a page has.
pub const PAGE_ROWS_MAX: u32 = 100;

/// The page to read: how many rows, and after which one.
#[derive(Debug, Clone)]
pub struct PageRequest<K> {
    pub after: Option<Cursor<K>>,
    limit: u32,
}

impl<K: CursorKey> PageRequest<K> {
    /// From what a caller sent: the previous page's `next_cursor` and a limit of 1 to 100, 0 for the default of 50.
    pub fn parse(cursor: Option<&str>, limit: u32) -> Result<Self> {
        let limit = match limit {
            0 => LIMIT_DEFAULT,
            limit if limit <= PAGE_ROWS_MAX => limit,
            _ => return Err(Error::invalid("limit", Reason::range(1, PAGE_ROWS_MAX))),
        };
        let read = |text: &str| Cursor::parse(text).ok_or_else(|| Error::invalid("cursor", Reason::NotACursor));
        Ok(Self { after: cursor.map(read).transpose()?, limit })
    }

    /// How many rows to read: one more than the page has, which tells whether another page follows.
    pub fn rows(&self) -> u32 {
        self.limit + 1
    }

    /// The page made of the rows that were read.
    pub fn page<T>(&self, mut rows: Vec<T>, cursor_of: impl FnOnce(&T) -> Cursor<K>) -> Page<T> {
        let has_more = rows.len() > self.limit as usize;
        rows.truncate(self.limit as usize);
        let next_cursor = rows.last().filter(|_| has_more).map(|last| cursor_of(last).to_text());
        Page { items: rows, next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn the_row_too_many_tells_of_a_next_page_and_is_not_shown() {
        let request = PageRequest::<i64>::parse(None, 2).expect("a page");
        let cursor_of = |row: &i64| Cursor { at: Timestamp(10), key: *row };
        assert_eq!(request.rows(), 3);
        assert_eq!(request.page(vec![9, 8], cursor_of), Page { items: vec![9, 8], next_cursor: None });
        let page = request.page(vec![9, 8, 7], cursor_of);
        assert_eq!(page.items, [9, 8]);
        let next = PageRequest::<i64>::parse(page.next_cursor.as_deref(), 0).expect("the next page");
        assert_eq!(next.rows(), LIMIT_DEFAULT + 1);
        assert_eq!(next.after, Some(Cursor { at: Timestamp(10), key: 8 }));
    }

    #[test]
    fn bad_input_is_named() {
        for (cursor, limit, field) in [(None, PAGE_ROWS_MAX + 1, "limit"), (Some("x"), 0, "cursor"), (Some(""), 1, "cursor")] {
            let error = PageRequest::<i64>::parse(cursor, limit).expect_err("refused");
            assert!(matches!(error, Error::Invalid { field: named, .. } if named == field), "{cursor:?} {limit}");
        }
    }
}
