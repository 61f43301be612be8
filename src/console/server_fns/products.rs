use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{
    App, AppSeq, Fault, Page, Product, ProductSeq, ProductType, ProjectId, RefusedImport, StoreCode, UseStatus, Version,
};

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductFilter {
    pub app: Option<AppSeq>,
    pub status: Option<UseStatus>,
    pub cursor: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewProductForm {
    pub project: ProjectId,
    pub app: AppSeq,
    pub store_product_id: String,
    pub name: String,
    pub product_type: ProductType,
    pub sku: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProductForm {
    pub project: ProjectId,
    pub product: ProductSeq,
    /// The one the form showed.
    pub version: Version,
    pub name: String,
    pub status: UseStatus,
    pub sku: String,
}

/// One page of a project's products. Readers of the project.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn list_products(project: ProjectId, filter: ProductFilter) -> Result<ProductsPage, Fault> {
    use crate::{auth, catalog, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Read).await?;
    let query = catalog::ProductQuery { app: filter.app, status: filter.status, cursor: filter.cursor };
    let products = catalog::list_products(&state, &project, &query).await?;
    Ok(ProductsPage { products, apps: projects::list_apps(&state, &project).await? })
}

/// One product. Readers of the project.
#[server]
pub async fn get_product(project: ProjectId, product: ProductSeq) -> Result<ProductPage, Fault> {
    use crate::{auth, catalog, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Read).await?;
    let product = catalog::get_product(&state, &project, product).await?;
    let store = projects::get_app(&state, &project, product.app_seq).await?.app.store;
    Ok(ProductPage { product, store })
}

/// Adds a product and goes to the list. Operators of the project.
#[server]
pub async fn create_product(input: NewProductForm) -> Result<(), Fault> {
    use crate::{auth, catalog, console::paths, model::Permission, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let name = Some(input.name).filter(|name| !name.trim().is_empty());
    let details = catalog::ProductInput { name, sku: Some(input.sku), status: None };
    let new = catalog::NewProduct {
        app: input.app,
        store_product_id: &input.store_product_id,
        product_type: input.product_type,
        details: &details,
    };
    catalog::create_product(&state, &by, &input.project, &new).await?;
    leptos_axum::redirect(&paths::products(&input.project));
    Ok(())
}

/// Changes a product. Operators of the project.
#[server]
pub async fn update_product(input: ProductForm) -> Result<(), Fault> {
    use crate::{auth, catalog, model::Permission, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let (name, status, sku, seen) = (Some(input.name), Some(input.status), Some(input.sku), Some(input.version));
    let changes = catalog::ProductInput { name, status, sku, seen };
    catalog::update_product(&state, &by, &input.project, input.product, &changes).await?;
    Ok(())
}

/// The apps products can be imported to, and what was wrong with the last file. Operators of the project.
#[server]
pub async fn get_product_import(project: ProjectId) -> Result<ProductImportPage, Fault> {
    use crate::{api, auth, model::Permission, projects, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &project, Permission::Configure).await?;
    let note = auth::take_note(&state, &parts, &api::import_note(&project)).await?;
    let refused = note.and_then(|note| serde_json::from_str(&note).ok());
    Ok(ProductImportPage { apps: projects::list_apps(&state, &project).await?, refused })
}
