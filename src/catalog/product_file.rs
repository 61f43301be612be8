//! Reading a file of products.

use std::collections::HashSet;

use super::csv_file::{CsvForm, CsvRow, read_csv, refuse, whole};
use super::products::{ProductInput, parse_store_product_id};
use crate::error::{Error, Result};
use crate::model::{FileReason, PRODUCT_COLUMNS, ProductType, Reason, RefusedRow, UseStatus};

/// As many as NHN Cloud IAP takes (docs/stores/nhn.md, Products).
const ROWS_MAX: usize = 1_000;
const FORM: CsvForm = CsvForm { columns: &PRODUCT_COLUMNS, needed: &["productId", "type"], rows_max: ROWS_MAX };

/// One product as a row declares it.
pub(super) struct ProductRow {
    pub line: u64,
    pub store_product_id: String,
    pub product_type: ProductType,
    pub details: ProductInput,
}

/// The rows that can be taken and those that can't. Fails when the file as a whole is no list of products.
pub(super) fn read_rows(file: &[u8]) -> Result<(Vec<ProductRow>, Vec<RefusedRow>)> {
    let (mut rows, mut refused, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for given in read_csv(file, &FORM)? {
        let row = read_row(&given).and_then(|row| match seen.insert(row.store_product_id.clone()) {
            true => Ok(row),
            false => Err(Error::invalid("productId", FileReason::Twice)),
        });
        match row {
            Ok(row) => rows.push(row),
            Err(error) => refused.push(refuse(given.line, given.value("productId"), error)),
        }
    }
    if rows.is_empty() && refused.is_empty() {
        return Err(whole(FileReason::NoProducts));
    }
    Ok((rows, refused))
}

fn read_row(row: &CsvRow) -> Result<ProductRow> {
    let value = |name| row.value(name);
    let store_product_id = parse_store_product_id(value("productId")).map_err(|error| error.at("productId"))?;
    let product_type = value("type").to_ascii_uppercase();
    let types = || Reason::one_of(ProductType::ALL.iter().map(|known| known.as_str()));
    let product_type = product_type.parse().map_err(|_| Error::invalid("type", types()))?;
    let statuses = || Reason::one_of(UseStatus::ALL.iter().map(|known| known.as_str()));
    let status = match value("status").to_ascii_uppercase().as_str() {
        "" => None,
        status => Some(status.parse::<UseStatus>().map_err(|_| Error::invalid("status", statuses()))?),
    };
    let given = |name| Some(value(name).to_owned()).filter(|text: &String| !text.is_empty());
    let details = ProductInput { name: given("name"), status, sku: given("sku"), seen: None };
    Ok(ProductRow { line: row.line, store_product_id: store_product_id.to_owned(), product_type, details })
}

#[cfg(test)]
mod tests;
