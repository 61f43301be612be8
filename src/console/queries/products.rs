use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::auth;
use crate::catalog;
use crate::console::downloads;
use crate::error::Error;
use crate::model::{
    Ability, App, AppSeq, CatalogPreview, Fault, ImportNote, OfferForm, Page, Permission, Product, ProductSeq, ProjectId,
    SignedOffer, StoreCode, UseStatus, shorten,
};
use crate::projects;
use crate::subscriptions::{self, OfferInput};

/// What a store says of a failure is cut here.
const REASON_CHARS_MAX: usize = 500;

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
    /// The app it is sold in.
    pub app_name: String,
    pub store: StoreCode,
    /// Whether the reader may change it.
    pub may_configure: bool,
}

/// The page that takes a file of products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductImportPage {
    pub apps: Vec<App>,
    /// What the file sent a moment ago would do, or why it was refused; shown once.
    pub note: Option<ImportNote>,
}

/// The page that imports from an app's store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogImportPage {
    pub app: App,
    /// Whether the store can be asked for its catalog at all.
    pub is_offered: bool,
    /// The names of the fields the app still needs for it.
    pub needed_fields: Vec<String>,
    /// What importing would do, or why the store gave no answer; none where it was not asked.
    pub preview: Option<Result<CatalogPreview, Fault>>,
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
    let request = Request::of_member(&project, Permission::Read).await?;
    let may_configure = request.may(&project, Permission::Configure).await;
    let product = catalog::get_product(&request.state, &project, product).await?;
    let app = projects::get_app(&request.state, &project, product.app_seq).await?.app;
    Ok(ProductPage { product, app_name: app.name, store: app.store, may_configure })
}

/// The apps products can be imported to, and what was wrong with the last file. Operators of the project.
pub async fn get_product_import(project: ProjectId) -> Result<ProductImportPage, Fault> {
    let Request { state, parts } = Request::of_member(&project, Permission::Configure).await?;
    let note = auth::take_note(&state, &parts, &downloads::import_note(&project)).await?;
    let note = note.and_then(|note| serde_json::from_str(&note).ok());
    Ok(ProductImportPage { apps: projects::list_apps(&state, &project).await?, note })
}

/// An app's products beside those of its store's catalog. Operators of the project.
pub async fn get_catalog_import(project: ProjectId, app: AppSeq) -> Result<CatalogImportPage, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Configure).await?;
    let found = projects::get_app(&state, &project, app).await?.app;
    let needed = catalog::list_needed_fields(&state, &project, app).await?;
    let is_offered = projects::store_can(&state, found.store, Ability::ListCatalog);
    let preview = match is_offered && needed.is_empty() {
        true => Some(catalog::preview_catalog(&state, &project, app).await),
        false => None,
    };
    let preview = match preview.transpose() {
        Ok(preview) => preview.map(Ok),
        // Why the store gives no answer is shown on the page.
        Err(Error::Refused { code, reason }) => Some(Err(Fault::new(code.as_str(), shorten(&reason, REASON_CHARS_MAX)))),
        Err(error) => return Err(error.into()),
    };
    let needed_fields = needed.into_iter().map(str::to_owned).collect();
    Ok(CatalogImportPage { app: found, is_offered, needed_fields, preview })
}

/// What an operator wants signed; empty texts are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferRequest {
    pub project: ProjectId,
    pub product: ProductSeq,
    pub form: OfferForm,
    pub offer_id: String,
    pub user_key: String,
    pub user_channel: String,
    pub transaction_id: String,
    /// The customer may not have the introductory offer.
    pub is_refused: bool,
}

/// Signs an offer for a player, to be tried on a device; nothing is kept of it. Operators of the project.
pub async fn sign_offer(input: OfferRequest) -> Result<SignedOffer, Fault> {
    let Request { state, .. } = Request::of_member(&input.project, Permission::Configure).await?;
    let user = (input.user_key.as_str(), input.user_channel.as_str());
    let what = OfferInput::from_texts(input.form, &input.offer_id, user, &input.transaction_id)?;
    let what = OfferInput { is_allowed: !input.is_refused, ..what };
    Ok(subscriptions::sign_offer_for_product(&state, &input.project, input.product, &what).await?)
}
