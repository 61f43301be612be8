use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::console::downloads;
use crate::model::{App, AppSeq, Fault, Page, Permission, Product, ProductSeq, ProjectId, RefusedImport, StoreCode, UseStatus};
use crate::{auth, catalog, projects};

/// A page of products with the apps they are sold in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductsPage {
    pub products: Page<Product>,
    pub apps: Vec<App>,
}

/// One product and the store it is sold in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPage {
    pub product: Product,
    pub store: StoreCode,
}

/// The page that takes a file of products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductImportPage {
    pub apps: Vec<App>,
    /// The file that was refused a moment ago; shown once.
    pub refused: Option<RefusedImport>,
}

/// Which products to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductFilter {
    pub app: Option<AppSeq>,
    pub status: Option<UseStatus>,
    pub cursor: Option<String>,
}

/// One page of a project's products. Readers of the project.
pub async fn list_products(project: ProjectId, filter: ProductFilter) -> Result<ProductsPage, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    let query = catalog::ProductQuery { app: filter.app, status: filter.status, cursor: filter.cursor };
    let products = catalog::list_products(&state, &project, &query).await?;
    Ok(ProductsPage { products, apps: projects::list_apps(&state, &project).await? })
}

/// One product. Readers of the project.
pub async fn get_product(project: ProjectId, product: ProductSeq) -> Result<ProductPage, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    let product = catalog::get_product(&state, &project, product).await?;
    let store = projects::get_app(&state, &project, product.app_seq).await?.app.store;
    Ok(ProductPage { product, store })
}

/// The apps products can be imported to, and what was wrong with the last file. Operators of the project.
pub async fn get_product_import(project: ProjectId) -> Result<ProductImportPage, Fault> {
    let Request { state, parts } = Request::of_member(&project, Permission::Configure).await?;
    let note = auth::take_note(&state, &parts, &downloads::import_note(&project)).await?;
    let refused = note.and_then(|note| serde_json::from_str(&note).ok());
    Ok(ProductImportPage { apps: projects::list_apps(&state, &project).await?, refused })
}
