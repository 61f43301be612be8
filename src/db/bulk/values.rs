//! Rows of values, to be bound all at once.

use std::borrow::Cow;
use std::ops::Range;

/// One column of one row.
pub enum Value<'a> {
    Text(Option<Cow<'a, str>>),
    Number(Option<i64>),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(Cow::Borrowed(text)))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text.map(Cow::Borrowed))
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        Self::Text(text.map(Cow::Owned))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl Value<'_> {
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { text.as_deref() } else { None }
    }

    pub(super) const fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { *number } else { None }
    }

    /// What it takes on the wire.
    pub(super) fn size(&self) -> usize {
        size_of::<i64>() + self.text().map_or(0, str::len)
    }
}

/// The rows of a statement, all of one width.
pub struct Rows<'a> {
    pub(super) width: usize,
    pub(super) values: Vec<Value<'a>>,
}

impl<'a, const N: usize> FromIterator<[Value<'a>; N]> for Rows<'a> {
    fn from_iter<I: IntoIterator<Item = [Value<'a>; N]>>(rows: I) -> Self {
        Self { width: N, values: rows.into_iter().flatten().collect() }
    }
}

impl Rows<'_> {
    pub(super) fn count(&self) -> usize {
        self.values.len() / self.width
    }

    pub(super) fn part(&self, rows: &Range<usize>) -> &[Value<'_>] {
        &self.values[rows.start * self.width..rows.end * self.width]
    }

    pub(super) fn size(&self, row: usize) -> usize {
        self.part(&(row..row + 1)).iter().map(Value::size).sum()
    }
}
