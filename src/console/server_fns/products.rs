use std::collections::BTreeMap;

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

/// What is confirmed of a store's catalog. Each product that is wanted sends `take.{product id}`, and `type.{product id}` where
/// there is a choice.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CatalogForm {
    pub project: ProjectId,
    pub app: AppSeq,
    /// Of the preview the form showed.
    pub revision: String,
    #[serde(flatten)]
    pub choices: BTreeMap<String, String>,
}

/// The fields of one product of a catalog.
pub const TAKE_PRODUCT: &str = "take.";
pub const PRODUCT_TYPE: &str = "type.";

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

/// Imports what was chosen of a store's catalog and goes to the app's products. Operators of the project.
#[server]
pub async fn import_catalog(input: CatalogForm) -> Result<(), Fault> {
    use crate::{auth, catalog, console::paths, model::Permission, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let import = input.read()?;
    let done = catalog::import_catalog(&state, &by, &input.project, input.app, &import).await?;
    let count = |count: usize| if count == 0 { String::new() } else { count.to_string() };
    let (app, added, renamed) = (input.app.to_string(), count(done.added), count(done.renamed));
    let pairs = [("app", app.as_str()), ("added", &added), ("renamed", &renamed)];
    leptos_axum::redirect(&paths::with_query(&paths::products(&input.project), &pairs));
    Ok(())
}

impl CatalogForm {
    /// The products that are wanted, with the types chosen for them.
    fn read(&self) -> Result<crate::catalog::CatalogImport, Fault> {
        use crate::{catalog, error::Error};
        let chosen = self.choices.keys().filter_map(|name| name.strip_prefix(TAKE_PRODUCT));
        let chosen = chosen.map(|product_id| {
            let name = format!("{PRODUCT_TYPE}{product_id}");
            let product_type = self.choices.get(&name).map(|text| text.parse::<ProductType>()).transpose();
            let product_type = product_type.map_err(|unknown| Error::invalid(name, unknown))?;
            Ok(catalog::ChosenProduct { product_id: product_id.to_owned(), product_type })
        });
        Ok(catalog::CatalogImport { revision: self.revision.clone(), chosen: chosen.collect::<Result<_, Error>>()? })
    }
}
