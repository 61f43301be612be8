//! Files people send: UTF-8 CSV with a head, in any order of columns.

use crate::error::{Error, Result};
use crate::model::{FileReason, RefusedRow};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One row that is not empty.
pub(crate) struct CsvRow {
    /// The line of the file it starts at; 1 is the head.
    pub line: u64,
    values: Vec<(&'static str, String)>,
}

impl CsvRow {
    /// The value in a column; empty when there is none.
    pub fn value(&self, column: &str) -> &str {
        self.values.iter().find(|(name, _)| *name == column).map_or("", |(_, value)| value.as_str())
    }
}

/// Which columns a file has, and how many rows at most.
pub(crate) struct CsvForm {
    pub columns: &'static [&'static str],
    pub needed: &'static [&'static str],
    pub rows_max: usize,
}

/// Reads a file. Fails when it is not of that form as a whole.
pub(crate) fn read_csv(file: &[u8], form: &CsvForm) -> Result<Vec<CsvRow>> {
    let file = file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file);
    let text = std::str::from_utf8(file).map_err(|_| whole(FileReason::NotUtf8))?;
    // One kind of line end, for the reader counts lines by it.
    let text = text.replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let head = read_head(reader.headers().map_err(|_| whole(FileReason::NotCsv))?, form)?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| whole(FileReason::NotCsv))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == form.rows_max {
            return Err(whole(FileReason::RowsAtMost { max: form.rows_max }));
        }
        let line = record.position().map_or(0, csv::Position::line);
        let values = head.iter().zip(record.iter()).map(|(column, value)| (*column, value.to_owned())).collect();
        rows.push(CsvRow { line, values });
    }
    Ok(rows)
}

/// A row that can't be taken, with its reason.
pub(crate) fn refuse(line: u64, id: &str, error: Error) -> RefusedRow {
    RefusedRow { line, id: id.to_owned(), fault: error.into() }
}

/// A file that can't be taken as a whole.
pub(crate) fn whole(reason: FileReason) -> Error {
    Error::invalid("file", reason)
}

/// The columns in their places.
fn read_head(record: &csv::StringRecord, form: &CsvForm) -> Result<Vec<&'static str>> {
    let mut head: Vec<&'static str> = Vec::new();
    for name in record {
        let column = form.columns.iter().find(|column| column.eq_ignore_ascii_case(name));
        let column = column.ok_or_else(|| whole(FileReason::UnknownColumn(name.to_owned())))?;
        if head.contains(column) {
            return Err(whole(FileReason::ColumnTwice(name.to_owned())));
        }
        head.push(column);
    }
    match form.needed.iter().find(|needed| !head.contains(needed)) {
        Some(needed) => Err(whole(FileReason::NoColumn((*needed).to_owned()))),
        None => Ok(head),
    }
}
