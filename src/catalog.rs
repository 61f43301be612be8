//! USE CASE: products, what is sold in each app. May call `db` and `projects`.

mod cache;
mod csv_file;
mod import;
mod product_file;
mod products;
mod store_import;

use std::collections::HashMap;

use crate::db;
use crate::db::products::{OnSale, Wanted};
use crate::error::{Error, Result};
use crate::model::{App, AppSeq, Page, Payment, Product, ProductReason, ProductSeq, ProjectId, StoreCode, UseStatus, Version};
use crate::projects::{choose, to_store_app};
use crate::state::AppState;
use crate::stores::StoreApp;
use products::parse_cursor;

pub use cache::{CatalogCache, CatalogVersion, app_as_of, find_as_of};
pub(crate) use csv_file::{CsvForm, CsvRow, read_csv, refuse, whole};
pub use import::{ImportCheck, Imported, check_products, import_products};
pub use products::{NewProduct, ProductInput, ProductQuery, create_product, get_product, list_products, update_product};
pub(crate) use products::{changed, draft_product, insert_product, parse_store_product_id, write_product};
pub use store_import::{CatalogImport, CatalogImported, ChosenProduct, import_catalog, list_needed_fields, preview_catalog};

/// How many products on sale a page has.
const ON_SALE_ROWS: u32 = 1_000;
/// How many products of an app a list without pages has.
const OF_APP_MAX: u32 = 10_000;

/// The product of a payment, as the payment itself remembers it.
pub fn of_payment(payment: &Payment) -> Product {
    Product {
        product_seq: payment.product_seq,
        app_seq: payment.app_seq,
        store_product_id: payment.product_id.clone(),
        name: payment.product_name.clone(),
        product_type: payment.product_type,
        status: UseStatus::Use,
        sku: None,
        version: Version::FIRST,
        created_at: payment.created_at,
    }
}

/// A product by its store id, whatever its status: what was paid stays paid.
pub async fn find_in_app(state: &AppState, project: &ProjectId, app: AppSeq, product_id: &str) -> Result<Option<Product>> {
    db::products::find_in_app(&mut state.db.read().await?, project, app, product_id).await
}

/// The app and product a player is about to buy; both must be in use.
pub async fn on_sale(
    state: &AppState,
    project: &ProjectId,
    store: StoreCode,
    app_id: Option<&str>,
    product_id: &str,
) -> Result<(StoreApp, Product)> {
    let mut tx = state.db.read().await?;
    let stored =
        choose(db::apps::list_of_store(&mut tx, project, store).await?, |stored| &stored.app.store_app_id, store, app_id)?;
    if stored.app.status != UseStatus::Use {
        return Err(Error::conflict("APP_STOPPED", "the app is not in use"));
    }
    let product = db::products::find_in_app(&mut tx, project, stored.app.app_seq, product_id).await?;
    let product = product.ok_or_else(|| Error::invalid("productId", ProductReason::NoSuchProduct))?;
    if product.status != UseStatus::Use {
        return Err(Error::conflict("PRODUCT_STOPPED", "the product is not on sale"));
    }
    Ok((to_store_app(state, stored)?, product))
}

/// One page of what is on sale, oldest first: products in use of apps in use.
pub async fn list_on_sale(
    state: &AppState,
    project: &ProjectId,
    store: Option<StoreCode>,
    app_id: Option<&str>,
    cursor: Option<&str>,
) -> Result<Page<(App, Product)>> {
    let after = cursor.map(parse_cursor).transpose()?;
    let mut tx = state.db.read().await?;
    let wanted = OnSale { store, store_app_id: app_id, after };
    let mut products = db::products::list_on_sale(&mut tx, project, wanted, ON_SALE_ROWS + 1).await?;
    let has_more = products.len() > ON_SALE_ROWS as usize;
    products.truncate(ON_SALE_ROWS as usize);
    let next_cursor = products.last().filter(|_| has_more).map(|last| last.product_seq.to_string());
    let apps = db::apps::list(&mut tx, project).await?;
    let with_app = |product: Product| {
        let stored = apps.iter().find(|stored| stored.app.app_seq == product.app_seq)?;
        Some((stored.app.clone(), product))
    };
    Ok(Page { items: products.into_iter().filter_map(with_app).collect(), next_cursor })
}

/// How many products a filter offers.
const NAMES_MAX: u32 = 500;

/// Store ids and names of a project's products, oldest first, at most 500, each id once.
pub async fn list_names(state: &AppState, project: &ProjectId) -> Result<Vec<(String, String)>> {
    let products = db::products::list(&mut state.db.read().await?, project, Wanted::default(), NAMES_MAX).await?;
    let mut names: Vec<(String, String)> = Vec::new();
    for product in products {
        if names.iter().all(|(id, _)| *id != product.store_product_id) {
            names.push((product.store_product_id, product.name));
        }
    }
    Ok(names)
}

/// The products of an app, those out of use too, oldest first, at most 10,000.
pub async fn list_of_app(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<Vec<Product>> {
    let wanted = Wanted { app: Some(app), ..Wanted::default() };
    db::products::list(&mut state.db.read().await?, project, wanted, OF_APP_MAX).await
}

/// The skus of those of the products that have one.
pub async fn list_skus(state: &AppState, project: &ProjectId, products: &[ProductSeq]) -> Result<HashMap<ProductSeq, String>> {
    let mut tx = state.db.read().await?;
    let mut skus = HashMap::new();
    let mut wanted = products.to_vec();
    wanted.sort();
    wanted.dedup();
    for product in wanted {
        if let Some(sku) = db::products::find(&mut tx, project, product).await?.and_then(|product| product.sku) {
            skus.insert(product, sku);
        }
    }
    Ok(skus)
}
