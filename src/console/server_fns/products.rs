use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{AppSeq, Fault, ProductSeq, ProductType, ProjectId, UseStatus, Version};

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

/// Adds a product and goes to the list. Operators of the project.
#[server]
pub async fn create_product(input: NewProductForm) -> Result<(), Fault> {
    use crate::{auth, catalog, console::paths, model::Permission, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let name = Some(input.name).filter(|name| !name.trim().is_empty());
    let details = catalog::ProductInput { name, sku: Some(input.sku), ..Default::default() };
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
