//! What all CSV files of the console have.

use axum::http::{HeaderName, header};

use crate::error::{Error, Result};

/// Tells spreadsheets that the text is UTF-8.
pub const BYTE_ORDER_MARK: &str = "\u{FEFF}";

/// A part of a file: the rows, after the mark and the columns' names if it is the first part.
pub fn write_rows<const N: usize>(head: Option<&[&str; N]>, rows: impl Iterator<Item = [String; N]>) -> Result<Vec<u8>> {
    let start = head.map(|_| BYTE_ORDER_MARK.as_bytes().to_vec()).unwrap_or_default();
    let mut writer = csv::Writer::from_writer(start);
    if let Some(columns) = head {
        writer.write_record(columns).map_err(Error::internal)?;
    }
    for row in rows {
        writer.write_record(row).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(Error::internal)
}

/// The headers of a file that is saved under this name.
pub fn headers(file_name: &str) -> [(HeaderName, String); 2] {
    [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file_name}\"")),
    ]
}

/// Keeps a spreadsheet from taking a player's text for a formula.
pub fn defuse(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_plain_text_stays() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("+82", "'+82"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("player-1", "player-1"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(defuse(text), safe);
        }
    }

    #[test]
    fn the_head_comes_once_and_after_the_mark() {
        let row = || std::iter::once(["1".to_owned(), "a,b".to_owned()]);
        let first = String::from_utf8(write_rows(Some(&["number", "name"]), row()).expect("written")).expect("text");
        assert_eq!(first, "\u{FEFF}number,name\n1,\"a,b\"\n");
        assert_eq!(write_rows(None, row()).expect("written"), b"1,\"a,b\"\n");
        assert!(write_rows::<2>(None, std::iter::empty()).expect("written").is_empty());
    }
}
