//! Reading a file of products.

use super::csv_file::{CsvForm, CsvRow, read_csv, refuse, whole};
use super::products::{ProductInput, parse_store_product_id};
use crate::error::{Error, Result};
use crate::model::{FileReason, PRODUCT_COLUMNS, ProductType, Reason, RefusedRow, StoreCode, UseStatus};

/// As many as NHN Cloud IAP takes (docs/stores/nhn.md, Products).
const ROWS_MAX: usize = 1_000;
const FORM: CsvForm = CsvForm { columns: &PRODUCT_COLUMNS, needed: &["productId", "type"], rows_max: ROWS_MAX };

/// One product as a row declares it.
pub(super) struct ProductRow {
    pub line: u64,
    /// The app it is sold in, by the store's own name of it; the one chosen for the file when none.
    pub app_id: Option<String>,
    pub store: Option<StoreCode>,
    pub store_product_id: String,
    pub product_type: ProductType,
    pub details: ProductInput,
}

/// The rows that can be read, and all that is wrong with the others. Fails when the file as a whole is no list of products.
pub(super) fn read_rows(file: &[u8]) -> Result<(Vec<ProductRow>, Vec<RefusedRow>)> {
    let (mut rows, mut refused) = (Vec::new(), Vec::new());
    for given in read_csv(file, &FORM)? {
        match read_row(&given) {
            Ok(row) => rows.push(row),
            Err(errors) => refused.extend(errors.into_iter().map(|error| refuse(given.line, given.value("productId"), error))),
        }
    }
    if rows.is_empty() && refused.is_empty() {
        return Err(whole(FileReason::NoProducts));
    }
    Ok((rows, refused))
}

/// One row; every column that can't be read is said.
fn read_row(row: &CsvRow) -> std::result::Result<ProductRow, Vec<Error>> {
    let value = |name| row.value(name);
    let given = |name| Some(unguard(value(name)).to_owned()).filter(|text: &String| !text.is_empty());
    let id = parse_store_product_id(value("productId")).map_err(|error| error.at("productId"));
    let types = || Reason::one_of(ProductType::ALL.iter().map(|known| known.as_str()));
    let product_type = value("type").to_ascii_uppercase().parse().map_err(|_| Error::invalid("type", types()));
    let status = read_code(row, "status", UseStatus::ALL, UseStatus::as_str);
    let store = read_code(row, "store", StoreCode::ALL, StoreCode::as_str);
    match (id, product_type, status, store) {
        (Ok(id), Ok(product_type), Ok(status), Ok(store)) => {
            let details = ProductInput { name: given("name"), status, sku: given("sku"), seen: None };
            let (line, app_id, store_product_id) = (row.line, given("appId"), id.to_owned());
            Ok(ProductRow { line, app_id, store, store_product_id, product_type, details })
        }
        (id, product_type, status, store) => {
            Err([id.err(), product_type.err(), status.err(), store.err()].into_iter().flatten().collect())
        }
    }
}

/// One of several codes, in any case; none when the column is empty.
fn read_code<T: Copy>(row: &CsvRow, column: &'static str, all: &[T], code: fn(T) -> &'static str) -> Result<Option<T>> {
    let text = row.value(column);
    if text.is_empty() {
        return Ok(None);
    }
    let found = all.iter().copied().find(|one| code(*one).eq_ignore_ascii_case(text));
    found.map(Some).ok_or_else(|| Error::invalid(column, Reason::one_of(all.iter().map(|one| code(*one)))))
}

/// A text as it was before a download put `'` before it, which keeps spreadsheets from reading it as a formula.
fn unguard(text: &str) -> &str {
    let starts_formula = |rest: &&str| rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    text.strip_prefix('\'').filter(starts_formula).unwrap_or(text)
}

#[cfg(test)]
mod tests;
