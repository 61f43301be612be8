//! Products from a file: what it would add and change is shown first, and all of it is written or none.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::csv_file::refuse;
use super::list_of_app;
use super::product_file::{ProductRow, read_rows};
use super::products::{NewProduct, ProductInput, changed, draft_product, insert_product, write_product};
use crate::audit::{By, Stamp};
use crate::error::{Error, Result};
use crate::model::{
    App, AppReason, AppSeq, ChangedRow, FileReason, ImportCounts, Product, ProductReason, ProductSeq, ProjectId, Reason,
    RefusedRow, Timestamp,
};
use crate::projects::list_apps;
use crate::state::AppState;

/// What became of a file of products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// All of it was written.
    Done(ImportCounts),
    /// Nothing was written; the rows that are in the way.
    Refused(Vec<RefusedRow>),
}

/// What writing a file of products would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportCheck {
    Ready { counts: ImportCounts, changes: Vec<ChangedRow> },
    Refused(Vec<RefusedRow>),
}

/// Says what importing a file would do, or all that is wrong with it. Nothing is written.
pub async fn check_products(state: &AppState, project: &ProjectId, app: Option<AppSeq>, file: &[u8]) -> Result<ImportCheck> {
    let (steps, refused) = plan(state, project, app, file).await?;
    if !refused.is_empty() {
        return Ok(ImportCheck::Refused(refused));
    }
    let changes = steps.iter().filter_map(Step::shown).collect();
    Ok(ImportCheck::Ready { counts: count(&steps), changes })
}

/// Adds and changes the products of a CSV file: all of them, or none when any row is bad. A row is of the app it names, else of
/// `app`; a product that is there already is changed to what the row says and keeps what the row leaves empty.
pub async fn import_products(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: Option<AppSeq>,
    file: &[u8],
) -> Result<Imported> {
    let (steps, refused) = plan(state, project, app, file).await?;
    if !refused.is_empty() {
        return Ok(Imported::Refused(refused));
    }
    let stamp = Stamp { by, at: state.clock.now() };
    state
        .db
        .write(async |tx| {
            for step in &steps {
                match step {
                    Step::Add(product) => insert_product(tx, &stamp, project, product).await?,
                    Step::Change(changed) => {
                        write_product(tx, &stamp, project, &changed.before, &changed.row.details).await?;
                    }
                    Step::Keep => {}
                }
            }
            Ok(())
        })
        .await?;
    Ok(Imported::Done(count(&steps)))
}

/// What one row does.
enum Step {
    Add(Product),
    Change(Box<Changed>),
    Keep,
}

/// A product that is there already, and what its row makes of it.
struct Changed {
    before: Product,
    after: Product,
    row: ProductRow,
}

impl Step {
    fn shown(&self) -> Option<ChangedRow> {
        let Self::Change(changed) = self else { return None };
        Some(ChangedRow { line: changed.row.line, before: changed.before.clone(), after: changed.after.clone() })
    }
}

fn count(steps: &[Step]) -> ImportCounts {
    let number_of = |is_such: fn(&Step) -> bool| steps.iter().filter(|step| is_such(step)).count();
    ImportCounts {
        added: number_of(|step| matches!(step, Step::Add(_))),
        changed: number_of(|step| matches!(step, Step::Change(_))),
        unchanged: number_of(|step| matches!(step, Step::Keep)),
    }
}

/// The steps of a file's rows, and all rows that are in the way, by line.
async fn plan(state: &AppState, project: &ProjectId, app: Option<AppSeq>, file: &[u8]) -> Result<(Vec<Step>, Vec<RefusedRow>)> {
    let (rows, mut refused) = read_rows(file)?;
    let apps = list_apps(state, project).await?;
    if app.is_some_and(|app| apps.iter().all(|known| known.app_seq != app)) {
        return Err(Error::invalid("app", AppReason::NoSuchApp));
    }
    let (at, seqs) = (state.clock.now(), state.numbers.next_products(rows.len()).await?);
    let mut known: HashMap<AppSeq, Vec<Product>> = HashMap::new();
    let (mut steps, mut seen) = (Vec::with_capacity(rows.len()), HashMap::new());
    for (row, seq) in rows.into_iter().zip(seqs) {
        let (line, id) = (row.line, row.store_product_id.clone());
        let found = match app_of(&row, app, &apps) {
            Ok(found) if seen.insert((found, id.clone()), line).is_some() => Err(Error::invalid("productId", FileReason::Twice)),
            other => other,
        };
        let step = match found {
            Ok(found) => {
                let of_app = match known.entry(found) {
                    Entry::Occupied(listed) => listed.into_mut(),
                    Entry::Vacant(place) => place.insert(list_of_app(state, project, found).await?),
                };
                step_of(row, Place { app: found, seq, at }, of_app)
            }
            Err(error) => Err(error),
        };
        match step {
            Ok(step) => steps.push(step),
            Err(error) => refused.push(refuse(line, &id, error)),
        }
    }
    refused.sort_by_key(|row| row.line);
    Ok((steps, refused))
}

/// The app a row is of.
fn app_of(row: &ProductRow, chosen: Option<AppSeq>, apps: &[App]) -> Result<AppSeq> {
    let Some(id) = &row.app_id else {
        return chosen.ok_or_else(|| Error::invalid("appId", Reason::NotChosen));
    };
    let is_named = |app: &&App| app.store_app_id == *id && row.store.is_none_or(|store| app.store == store);
    let mut named = apps.iter().filter(is_named);
    match (named.next(), named.next()) {
        (Some(app), None) => Ok(app.app_seq),
        (Some(_), Some(_)) => Err(Error::invalid("store", Reason::NotChosen)),
        (None, _) => Err(Error::invalid("appId", AppReason::NoSuchApp)),
    }
}

/// Where a new product comes to be.
struct Place {
    app: AppSeq,
    seq: ProductSeq,
    at: Timestamp,
}

fn step_of(row: ProductRow, place: Place, known: &[Product]) -> Result<Step> {
    let Some(before) = known.iter().find(|known| known.store_product_id == row.store_product_id) else {
        let (store_product_id, product_type) = (row.store_product_id.as_str(), row.product_type);
        let new = NewProduct { app: place.app, store_product_id, product_type, details: &row.details };
        return draft_product(place.seq, &new, place.at).map(Step::Add);
    };
    if before.product_type != row.product_type {
        return Err(Error::invalid("type", ProductReason::TypeFixed(before.product_type)));
    }
    let row = ProductRow { details: ProductInput { seen: Some(before.version), ..row.details }, ..row };
    Ok(match changed(before, &row.details)? {
        Some(after) => Step::Change(Box::new(Changed { before: before.clone(), after, row })),
        None => Step::Keep,
    })
}
