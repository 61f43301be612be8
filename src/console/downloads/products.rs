//! An app's products as CSV, for people: by session. The same form is given and taken.

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::csv_text::{defuse, headers, write_rows};
use super::upload::{Upload, of_file};
use crate::auth;
use crate::catalog::{self, Imported, ProductQuery};
use crate::console::paths;
use crate::error::{Error, Result};
use crate::model::{AppSeq, PRODUCT_COLUMNS, Permission, Product, ProjectId, Reason, RefusedImport};
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new().route("/projects/{project}/products.csv", get(export_products).post(import_products))
}

#[derive(Debug, Deserialize)]
struct Wanted {
    app: Option<AppSeq>,
}

/// All products, of one app if asked, in the form an import takes. Readers of the project.
async fn export_products(
    State(state): State<AppState>,
    Path(project): Path<String>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Result<Response> {
    let (parts, project) = (request.into_parts().0, ProjectId(project));
    auth::member(&state, &parts, &project, Permission::Read).await?;
    let mut products = Vec::new();
    let mut query = ProductQuery { app: wanted.app, ..ProductQuery::default() };
    loop {
        let page = catalog::list_products(&state, &project, &query).await?;
        products.extend(page.items);
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    let file = write_rows(Some(&PRODUCT_COLUMNS), products.iter().map(fields))?;
    Ok((headers("products.csv"), file).into_response())
}

/// In the order of `PRODUCT_COLUMNS`.
fn fields(product: &Product) -> [String; 5] {
    [
        product.store_product_id.clone(),
        defuse(&product.name),
        product.product_type.to_string(),
        product.status.to_string(),
        product.sku.as_deref().map(defuse).unwrap_or_default(),
    ]
}

/// Adds the file's products to an app, all or none, and goes on to the page that says which. Operators of the project.
async fn import_products(State(state): State<AppState>, Path(project): Path<String>, request: Request) -> Result<Response> {
    let ((parts, body), project) = (request.into_parts(), ProjectId(project));
    let by = auth::member(&state, &parts, &project, Permission::Configure).await?;
    let upload = Upload::read(Request::from_parts(parts.clone(), body)).await?;
    let about = import_note(&project);
    let rows = match upload.app {
        None => vec![of_file(Error::invalid("app", Reason::NotChosen))],
        Some(app) => match catalog::import_products(&state, &by, &project, app, &upload.file).await {
            Ok(Imported::Added(count)) => {
                let list = paths::with_query(&paths::products(&project), &[("added", &count.to_string())]);
                return Ok(Redirect::to(&list).into_response());
            }
            Ok(Imported::Refused(rows)) => rows,
            Err(error @ Error::Invalid { .. }) => vec![of_file(error)],
            Err(error) => return Err(error),
        },
    };
    let refused = RefusedImport { file_name: upload.file_name, rows };
    let text = serde_json::to_string(&refused).map_err(Error::internal)?;
    auth::put_flash(&state, &parts, &about, &text).await?;
    Ok(Redirect::to(&paths::product_import(&project)).into_response())
}

/// What the page about a refused file finds it by.
pub fn import_note(project: &ProjectId) -> String {
    format!("import:{project}")
}
