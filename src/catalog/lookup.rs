//! Finding what is bought.

use std::collections::HashMap;

use crate::db::{self, products::Wanted};
use crate::error::{Error, Result};
use crate::model::{App, AppSeq, Payment, Product, ProductSeq, ProjectId, StoreCode, UseStatus};
use crate::projects::{choose, to_store_app};
use crate::state::AppState;
use crate::stores::StoreApp;

/// More products than any shop shows at once.
const LISTED_MAX: u32 = 1_000;

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
    let product = product.ok_or_else(|| Error::invalid("productId", "is no product of this app"))?;
    if product.status != UseStatus::Use {
        return Err(Error::conflict("PRODUCT_STOPPED", "the product is not on sale"));
    }
    Ok((to_store_app(state, stored)?, product))
}

/// Everything on sale: products in use of apps in use.
pub async fn list_on_sale(
    state: &AppState,
    project: &ProjectId,
    store: Option<StoreCode>,
    app_id: Option<&str>,
) -> Result<Vec<(App, Product)>> {
    let mut tx = state.db.read().await?;
    let apps = db::apps::list(&mut tx, project).await?;
    let wanted = Wanted { status: Some(UseStatus::Use), ..Wanted::default() };
    let products = db::products::list(&mut tx, project, wanted, LISTED_MAX).await?;
    let is_wanted = |app: &&App| {
        app.status == UseStatus::Use
            && store.is_none_or(|store| store == app.store)
            && app_id.is_none_or(|app_id| app_id == app.store_app_id)
    };
    let apps: Vec<App> = apps.into_iter().map(|stored| stored.app).collect();
    let with_app = |product: Product| {
        let app = apps.iter().filter(is_wanted).find(|app| app.app_seq == product.app_seq)?;
        Some((app.clone(), product))
    };
    Ok(products.into_iter().filter_map(with_app).collect())
}

/// All products of an app, those out of use too, oldest first.
pub async fn list_of_app(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<Vec<Product>> {
    let wanted = Wanted { app: Some(app), ..Wanted::default() };
    db::products::list(&mut state.db.read().await?, project, wanted, LISTED_MAX).await
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
