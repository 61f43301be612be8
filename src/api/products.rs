//! What can be bought.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Caller;
use super::input::{Query, optional_enum};
use super::views::Problem;
use crate::catalog;
use crate::error::Result;
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_products))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct ProductsQuery {
    /// `GG`, `AS`, `ONESTORE` or `TEST`; all stores when absent.
    store: Option<String>,
    /// Only this app: the store's package name or bundle id.
    app_id: Option<String>,
    /// From `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A product on sale.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProductView {
    product_seq: i64,
    /// The product's id in the store's console.
    product_id: String,
    name: String,
    /// `CONSUMABLE`, `NON_CONSUMABLE` (bought once and kept), `AUTO_SUBSCRIPTION` or `CONSUMABLE_AUTO_SUBSCRIPTION`.
    product_type: &'static str,
    store: &'static str,
    app_id: String,
    /// The same thing across stores.
    sku: Option<String>,
    status: &'static str,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProductsView {
    items: Vec<ProductView>,
    /// Give it as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
}

/// List products on sale
///
/// Products with status USE of apps with status USE, 1,000 a page. Callers: client, server.
#[utoipa::path(get, path = "/products", tag = "Products", params(ProductsQuery),
    responses((status = 200, body = ProductsView), (status = 422, body = Problem)))]
async fn list_products(
    caller: Caller,
    State(state): State<AppState>,
    Query(query): Query<ProductsQuery>,
) -> Result<Json<ProductsView>> {
    let store = optional_enum("store", query.store.as_deref())?;
    let cursor = query.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let page = catalog::list_on_sale(&state, &caller.project, store, query.app_id.as_deref(), cursor).await?;
    let items = page
        .items
        .into_iter()
        .map(|(app, product)| ProductView {
            product_seq: product.product_seq.0,
            product_id: product.store_product_id,
            name: product.name,
            product_type: product.product_type.as_str(),
            store: app.store.as_str(),
            app_id: app.store_app_id,
            sku: product.sku,
            status: product.status.as_str(),
        })
        .collect();
    Ok(Json(ProductsView { items, next_cursor: page.next_cursor }))
}
