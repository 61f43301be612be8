use crate::catalog;
use crate::error::{Error, Result};
use crate::model::{Product, ProductReason, ProjectId, Purchase};
use crate::state::AppState;
use crate::stores::StoreApp;

/// The product a store's word is about, as the project has configured it.
pub(crate) async fn product_of(state: &AppState, project: &ProjectId, app: &StoreApp, purchase: &Purchase) -> Result<Product> {
    let product = catalog::find_in_app(state, project, app.app_seq, &purchase.product_id).await?;
    let product =
        product.ok_or_else(|| Error::invalid("productId", ProductReason::NotConfigured(purchase.product_id.clone())))?;
    if !purchase.is_of_type(product.product_type) {
        let (product_id, product_type) = (purchase.product_id.clone(), product.product_type);
        return Err(Error::invalid("productId", ProductReason::SoldAsAnotherType { product_id, product_type }));
    }
    Ok(product)
}
