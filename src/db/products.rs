//! Products: what is sold in an app.

use super::bulk::{self, Rows};
use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Product, ProductSeq, ProjectId, Timestamp};

pub use list::{OnSale, Wanted, list, list_on_sale};

macro_rules! columns {
    () => {
        "product_seq, app_seq, store_product_id, name, type, status, sku, version, created_at"
    };
}

mod list;

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

/// Names of some of a project's products.
pub async fn list_names(tx: &mut Tx, project: &ProjectId, seqs: &[i64]) -> Result<Vec<(i64, String)>> {
    const SQL: &str = "SELECT product_seq, name FROM products
         JOIN {rows} ON products.product_seq = given.column2 AND products.project_id = given.column1";
    let rows: Rows<'_> = seqs.iter().map(|seq| [project.as_str().into(), (*seq).into()]).collect();
    bulk::fetch(tx, (SQL, rows)).await
}

/// The product an app sells under a store id, whatever its status.
pub async fn find_in_app(tx: &mut Tx, project: &ProjectId, app: AppSeq, store_product_id: &str) -> Result<Option<Product>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM products WHERE app_seq = $2 AND store_product_id = $3 AND project_id = $1");
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(app).bind(store_product_id).fetch_optional(c).await?)
    })
}
