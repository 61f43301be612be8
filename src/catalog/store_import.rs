//! Importing products from the store's own catalog: what would change is shown first, and nothing is written until it is confirmed.

mod compare;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::list_of_app;
use super::products::{NewProduct, ProductInput, draft_product, insert_product, write_product};
use crate::audit::{By, Stamp};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{
    Ability, Actor, AppReason, AppSeq, CatalogChange, CatalogPreview, CatalogRow, Product, ProductSeq, ProductType, ProjectId,
    Reason, Timestamp, UseStatus,
};
use crate::projects::{get_app, store_app_of};
use crate::state::AppState;
use crate::stores::Asking;
use compare::compare;

/// What somebody confirmed of a preview.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogImport {
    /// Of the preview that was shown.
    pub revision: String,
    pub chosen: Vec<ChosenProduct>,
}

/// One product to import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChosenProduct {
    pub product_id: String,
    /// What it is to us; the likeliest type when none.
    pub product_type: Option<ProductType>,
}

/// How many products an import added and renamed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CatalogImported {
    pub added: usize,
    pub renamed: usize,
}

/// The fields the app still needs before its store can be asked for its catalog.
pub async fn list_needed_fields(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<Vec<&'static str>> {
    let found = get_app(state, project, app).await?;
    let needed = state.stores.of(found.app.store).needed_fields(Ability::ListCatalog);
    let is_set =
        |name: &str| found.app.settings.contains_key(name) || found.stored_secrets.iter().any(|stored| stored.as_str() == name);
    Ok(needed.iter().copied().filter(|name| !is_set(name)).collect())
}

/// Asks an app's store for its catalog and says what importing it would do. Nothing is written.
pub async fn preview_catalog(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<CatalogPreview> {
    let (rows, _) = compare_with_store(state, project, app).await?;
    Ok(CatalogPreview { revision: revision_of(&rows)?, rows })
}

/// Adds and renames what was chosen: all of it, or nothing when the store's catalog or ours is not what was shown any more.
pub async fn import_catalog(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: AppSeq,
    import: &CatalogImport,
) -> Result<CatalogImported> {
    if import.chosen.is_empty() {
        return Err(Error::invalid("chosen", Reason::NotChosen));
    }
    let (rows, ours) = compare_with_store(state, project, app).await?;
    if revision_of(&rows)? != import.revision {
        return Err(changed_meanwhile());
    }
    let (stamp, seqs) = (Stamp { by, at: state.clock.now() }, state.numbers.next_products(import.chosen.len()).await?);
    let chosen = import.chosen.iter().zip(seqs);
    let steps = chosen.map(|(chosen, seq)| plan(app, &rows, &ours, chosen, seq, stamp.at)).collect::<Result<Vec<Step>>>()?;
    state
        .db
        .write(async |tx| {
            db::apps::find(tx, project, app).await?.ok_or(Error::invalid("app", AppReason::NoSuchApp))?;
            let mut done = CatalogImported::default();
            for step in &steps {
                match step {
                    Step::Add(product) => {
                        insert_product(tx, &stamp, project, product).await.map_err(as_changed)?;
                        done.added += 1;
                    }
                    Step::Rename { before, input } => {
                        write_product(tx, &stamp, project, before, input).await.map_err(as_changed)?;
                        done.renamed += 1;
                    }
                }
            }
            Ok(done)
        })
        .await
}

/// One write of an import.
enum Step {
    Add(Product),
    Rename { before: Product, input: ProductInput },
}

fn plan(
    app: AppSeq,
    rows: &[CatalogRow],
    ours: &[Product],
    chosen: &ChosenProduct,
    seq: ProductSeq,
    at: Timestamp,
) -> Result<Step> {
    let row = rows.iter().find(|row| row.product_id == chosen.product_id).ok_or_else(changed_meanwhile)?;
    match &row.change {
        CatalogChange::Add => {
            let product_type = choose_type(row, chosen)?;
            let status = if row.is_active == Some(true) { UseStatus::Use } else { UseStatus::Stop };
            let details = ProductInput { name: Some(row.name.clone()), status: Some(status), ..ProductInput::default() };
            let new = NewProduct { app, store_product_id: &row.product_id, product_type, details: &details };
            Ok(Step::Add(draft_product(seq, &new, at)?))
        }
        CatalogChange::Rename { product, .. } => {
            let before = ours.iter().find(|ours| ours.product_seq == *product).cloned().ok_or_else(changed_meanwhile)?;
            let input = ProductInput { name: Some(row.name.clone()), seen: Some(before.version), ..ProductInput::default() };
            Ok(Step::Rename { before, input })
        }
        _ => Err(changed_meanwhile()),
    }
}

fn choose_type(row: &CatalogRow, chosen: &ChosenProduct) -> Result<ProductType> {
    let is_one = |wanted: &ProductType| row.product_types.contains(wanted);
    let wanted = chosen.product_type.or(row.product_types.first().copied());
    let names = || Reason::one_of(row.product_types.iter().map(|one| one.as_str()));
    wanted.filter(is_one).ok_or_else(|| Error::invalid(format!("type.{}", row.product_id), names()))
}

/// Only people look at a catalog, and wait for it.
async fn compare_with_store(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<(Vec<CatalogRow>, Vec<Product>)> {
    let store_app = store_app_of(state, project, app).await?;
    let asking = Asking::of(Actor::Operator, state.clock.now());
    let items = state.stores.of(store_app.store).list_catalog(&store_app, asking).await?;
    let ours = list_of_app(state, project, app).await?;
    Ok((compare(&items, &ours), ours))
}

/// Prices are not imported, so they make no other revision.
fn revision_of(rows: &[CatalogRow]) -> Result<String> {
    let without_prices: Vec<CatalogRow> = rows.iter().map(|row| CatalogRow { price: None, ..row.clone() }).collect();
    let text = serde_json::to_vec(&without_prices).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(digest(&SHA256, &text)))
}

fn changed_meanwhile() -> Error {
    Error::conflict("CATALOG_CHANGED", "the store's catalog or this app's products changed since they were shown; look again")
}

/// A write that lost against another change of the same product.
fn as_changed(error: Error) -> Error {
    match error {
        Error::Invalid { .. } | Error::Conflict { .. } => changed_meanwhile(),
        other => other,
    }
}
