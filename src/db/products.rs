//! Products: what is sold in an app.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Product, ProductSeq, ProjectId, StoreCode, Timestamp, UseStatus};

macro_rules! columns {
    () => {
        "product_seq, app_seq, store_product_id, name, type, status, sku, version, created_at"
    };
}

/// Adds a product; false when the app has one of this store id.
pub async fn insert(tx: &mut Tx, project: &ProjectId, product: &Product) -> Result<bool> {
    const SQL: &str = "INSERT INTO products (product_seq, project_id, app_seq, store_product_id, name, type, status, sku,
             created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) ON CONFLICT DO NOTHING";
    super::projects::raise_revision(tx, project).await?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(product.product_seq).bind(project).bind(product.app_seq)
            .bind(&product.store_product_id).bind(&product.name).bind(product.product_type)
            .bind(product.status).bind(product.sku.as_deref()).bind(product.created_at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Changes name, status and sku; false when it is not the project's, or not of this version any more.
pub async fn update(tx: &mut Tx, project: &ProjectId, product: &Product, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE products SET name = $3, status = $4, sku = $5, updated_at = $6, version = version + 1
         WHERE project_id = $1 AND product_seq = $2 AND version = $7";
    super::projects::raise_revision(tx, project).await?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(product.product_seq).bind(&product.name)
            .bind(product.status).bind(product.sku.as_deref()).bind(at).bind(product.version).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

pub async fn find(tx: &mut Tx, project: &ProjectId, product: ProductSeq) -> Result<Option<Product>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM products WHERE product_seq = $2 AND project_id = $1");
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(product).fetch_optional(c).await?))
}

/// The product an app sells under a store id, whatever its status.
pub async fn find_in_app(tx: &mut Tx, project: &ProjectId, app: AppSeq, store_product_id: &str) -> Result<Option<Product>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM products WHERE app_seq = $2 AND store_product_id = $3 AND project_id = $1");
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(app).bind(store_product_id).fetch_optional(c).await?)
    })
}

/// Which products to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    pub app: Option<AppSeq>,
    pub status: Option<UseStatus>,
    pub after: Option<ProductSeq>,
}

/// One page by number, oldest first.
pub async fn list(tx: &mut Tx, project: &ProjectId, wanted: Wanted, limit: u32) -> Result<Vec<Product>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM products WHERE project_id = $1 AND product_seq > $2
           AND app_seq BETWEEN $3 AND $4 AND status >= $5 AND status <= $6 ORDER BY product_seq LIMIT $7"
    );
    let (first, last) = wanted.app.map_or((0, i64::MAX), |app| (app.0, app.0));
    let (low, high) = wanted.status.map_or(("", "~"), |status| (status.as_str(), status.as_str()));
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(wanted.after.map_or(0, |after| after.0)).bind(first).bind(last)
            .bind(low).bind(high).bind(i64::from(limit)).fetch_all(c).await?)
    })
}

/// Which products on sale to list; none given means all.
#[derive(Debug, Clone, Copy, Default)]
pub struct OnSale<'a> {
    pub store: Option<StoreCode>,
    pub store_app_id: Option<&'a str>,
    pub after: Option<ProductSeq>,
}

/// One page of the products in use of apps in use, by number, oldest first.
pub async fn list_on_sale(tx: &mut Tx, project: &ProjectId, wanted: OnSale<'_>, limit: u32) -> Result<Vec<Product>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM products WHERE project_id = $1 AND product_seq > $2 AND status = 'USE' AND app_seq IN (
             SELECT app_seq FROM apps WHERE project_id = $1 AND status = 'USE' AND ($3 = '' OR store = $3)
                 AND ($4 = '' OR store_app_id = $4))
           ORDER BY product_seq LIMIT $5"
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(wanted.after.map_or(0, |after| after.0))
            .bind(wanted.store.map_or("", |store| store.as_str())).bind(wanted.store_app_id.unwrap_or_default())
            .bind(i64::from(limit)).fetch_all(c).await?)
    })
}
