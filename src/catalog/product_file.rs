//! Reading a file of products: UTF-8 CSV with a head, in any order of columns.

use std::collections::HashSet;

use super::products::{ProductInput, parse_store_product_id};
use crate::error::{Error, Result};
use crate::model::{PRODUCT_COLUMNS, ProductType, RefusedRow, UseStatus};

/// As many as NHN Cloud IAP takes (nhn-iap.md 4.3).
const ROWS_MAX: usize = 1_000;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One product as a row declares it.
pub(super) struct ProductRow {
    pub line: u64,
    pub store_product_id: String,
    pub product_type: ProductType,
    pub details: ProductInput,
}

/// The rows that can be taken and those that can't. Fails when the file as a whole is no list of products.
pub(super) fn read_rows(file: &[u8]) -> Result<(Vec<ProductRow>, Vec<RefusedRow>)> {
    let file = file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file);
    let text = std::str::from_utf8(file).map_err(|_| whole("must be UTF-8"))?;
    // One kind of line end, for the reader counts lines by it.
    let text = text.replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let head = read_head(reader.headers().map_err(|_| whole("must be CSV"))?)?;
    let (mut rows, mut refused, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for record in reader.records() {
        let record = record.map_err(|_| whole("must be CSV"))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() + refused.len() == ROWS_MAX {
            return Err(whole(format!("must have at most {ROWS_MAX} rows")));
        }
        let line = record.position().map_or(0, csv::Position::line);
        let row = read_row(&head, &record, line).and_then(|row| match seen.insert(row.store_product_id.clone()) {
            true => Ok(row),
            false => Err(Error::invalid("productId", "is in the file twice")),
        });
        match row {
            Ok(row) => rows.push(row),
            Err(error) => refused.push(refuse(line, head.value(&record, "productId"), error)),
        }
    }
    if rows.is_empty() && refused.is_empty() {
        return Err(whole("has no products"));
    }
    Ok((rows, refused))
}

/// A row that can't be taken, with its reason.
pub(super) fn refuse(line: u64, product_id: &str, error: Error) -> RefusedRow {
    RefusedRow { line, product_id: product_id.to_owned(), fault: error.into() }
}

fn whole(reason: impl Into<String>) -> Error {
    Error::invalid("file", reason)
}

/// Which column stands where.
struct Head(Vec<(String, usize)>);

impl Head {
    fn value<'r>(&self, record: &'r csv::StringRecord, name: &str) -> &'r str {
        let place = self.0.iter().find(|(column, _)| column == name).map(|(_, place)| *place);
        place.and_then(|place| record.get(place)).unwrap_or_default()
    }
}

fn read_head(record: &csv::StringRecord) -> Result<Head> {
    let mut places: Vec<(String, usize)> = Vec::new();
    for (place, name) in record.iter().enumerate() {
        let column = PRODUCT_COLUMNS.iter().find(|column| column.eq_ignore_ascii_case(name));
        let column = column.ok_or_else(|| whole(format!("has an unknown column {name:?}")))?;
        if places.iter().any(|(known, _)| known == column) {
            return Err(whole(format!("has the column {name:?} twice")));
        }
        places.push(((*column).to_owned(), place));
    }
    for needed in ["productId", "type"] {
        if !places.iter().any(|(column, _)| column == needed) {
            return Err(whole(format!("needs the column {needed:?}")));
        }
    }
    Ok(Head(places))
}

fn read_row(head: &Head, record: &csv::StringRecord, line: u64) -> Result<ProductRow> {
    let value = |name| head.value(record, name);
    let store_product_id = parse_store_product_id(value("productId")).map_err(|error| at_column("productId", error))?;
    let product_type = value("type").to_ascii_uppercase();
    let product_type = product_type
        .parse()
        .map_err(|_| Error::invalid("type", "must be CONSUMABLE, AUTO_SUBSCRIPTION or CONSUMABLE_AUTO_SUBSCRIPTION"))?;
    let status = match value("status").to_ascii_uppercase().as_str() {
        "" => None,
        status => Some(status.parse::<UseStatus>().map_err(|_| Error::invalid("status", "must be USE or STOP"))?),
    };
    let given = |name| Some(value(name).to_owned()).filter(|text: &String| !text.is_empty());
    let details = ProductInput { name: given("name"), status, sku: given("sku") };
    Ok(ProductRow { line, store_product_id: store_product_id.to_owned(), product_type, details })
}

fn at_column(column: &str, error: Error) -> Error {
    match error {
        Error::Invalid { reason, .. } => Error::invalid(column, reason),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_columns_in_any_order_and_nhns_words() {
        let file = "\u{FEFF}type,productId,name\r\nCONSUMABLE,gem_100,\"100 gems, blue\"\r\nauto_renewable,vip,\r\n,,\r\n";
        let (rows, refused) = read_rows(file.as_bytes()).expect("a list");
        assert!(refused.is_empty());
        let read: Vec<_> = rows.iter().map(|row| (row.line, row.store_product_id.as_str(), row.product_type)).collect();
        assert_eq!(read, [(2, "gem_100", ProductType::Consumable), (3, "vip", ProductType::AutoSubscription)]);
        assert_eq!((rows[0].details.name.as_deref(), rows[1].details.name.as_deref()), (Some("100 gems, blue"), None));
    }

    #[test]
    fn names_line_and_column_of_each_bad_row() {
        let file = "productId,type,status\ngem,CONSUMABLE,\nno spaces,CONSUMABLE,\ngem,CONSUMABLE,\nx,GIFT,\ny,CONSUMABLE,OFF\n";
        let (rows, refused) = read_rows(file.as_bytes()).expect("a list");
        let named: Vec<_> = refused.iter().map(|row| (row.line, row.fault.param.as_deref().unwrap_or_default())).collect();
        assert_eq!((rows.len(), named), (1, vec![(3, "productId"), (4, "productId"), (5, "type"), (6, "status")]));
    }

    #[test]
    fn refuses_what_is_no_list_of_products() {
        let long = format!("productId,type\n{}", "a,CONSUMABLE\n".repeat(ROWS_MAX + 1));
        for file in [
            &b"\xFF\xFE"[..],
            b"",
            b"productId,type\n",
            b"productId\nx\n",
            b"productId,type,colour\nx,CONSUMABLE,red\n",
            long.as_bytes(),
        ] {
            let error = read_rows(file).err().expect("refused").to_string();
            assert!(error.starts_with("file:"), "{error}");
        }
    }
}
