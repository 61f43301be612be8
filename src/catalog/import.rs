use super::csv_file::refuse;
use super::product_file::{ProductRow, read_rows};
use super::products::{NewProduct, draft_product, insert_product};
use crate::audit::{By, Stamp};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{AppReason, AppSeq, Product, ProductReason, ProductSeq, ProjectId, RefusedRow, Timestamp};
use crate::state::AppState;

/// What became of a file of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// All of them were added.
    Added(usize),
    /// Nothing was added; the rows that are in the way.
    Refused(Vec<RefusedRow>),
}

/// Adds the products of a CSV file to an app: all of them, or none when any row is bad or its product is there already.
pub async fn import_products(state: &AppState, by: &By, project: &ProjectId, app: AppSeq, file: &[u8]) -> Result<Imported> {
    let (rows, refused) = read_rows(file)?;
    if !refused.is_empty() {
        return Ok(Imported::Refused(refused));
    }
    let at = state.clock.now();
    let seqs = state.numbers.next_products(rows.len()).await?;
    let (products, refused) = draft(&rows, seqs, app, at);
    if !refused.is_empty() {
        return Ok(Imported::Refused(refused));
    }
    let known = existing(state, project, app, &rows).await?;
    if !known.is_empty() {
        return Ok(Imported::Refused(known));
    }
    state
        .db
        .write(async |tx| {
            db::apps::find(tx, project, app).await?.ok_or(Error::invalid("app", AppReason::NoSuchApp))?;
            for product in &products {
                insert_product(tx, &Stamp { by, at }, project, product).await?;
            }
            Ok(())
        })
        .await?;
    Ok(Imported::Added(products.len()))
}

fn draft(rows: &[ProductRow], seqs: Vec<ProductSeq>, app: AppSeq, at: Timestamp) -> (Vec<Product>, Vec<RefusedRow>) {
    let (mut products, mut refused) = (Vec::with_capacity(rows.len()), Vec::new());
    for (row, seq) in rows.iter().zip(seqs) {
        let new =
            NewProduct { app, store_product_id: &row.store_product_id, product_type: row.product_type, details: &row.details };
        match draft_product(seq, &new, at) {
            Ok(product) => products.push(product),
            Err(error) => refused.push(refuse(row.line, &row.store_product_id, error)),
        }
    }
    (products, refused)
}

/// The rows whose product the app has already.
async fn existing(state: &AppState, project: &ProjectId, app: AppSeq, rows: &[ProductRow]) -> Result<Vec<RefusedRow>> {
    let mut tx = state.db.read().await?;
    let mut known = Vec::new();
    for row in rows {
        if db::products::find_in_app(&mut tx, project, app, &row.store_product_id).await?.is_some() {
            let error = Error::invalid("productId", ProductReason::StoreProductIdTaken);
            known.push(refuse(row.line, &row.store_product_id, error));
        }
    }
    Ok(known)
}
