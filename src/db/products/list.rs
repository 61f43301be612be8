//! Products, listed.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Product, ProductSeq, ProjectId, StoreCode, UseStatus};

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
