//! A project's products as CSV, for people: by session. The same form is given and taken.

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::csv_text::{defuse, headers, write_rows};
use super::upload::{Upload, of_file};
use crate::auth;
use crate::catalog::{self, ImportCheck, Imported, ProductQuery};
use crate::console::paths;
use crate::error::{Error, Result};
use crate::model::{
    App, AppSeq, ImportNote, ImportPreview, PRODUCT_COLUMNS, Permission, Product, ProjectId, RefusedImport, RefusedRow,
};
use crate::projects;
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
    let apps = projects::list_apps(&state, &project).await?;
    let file = write_rows(Some(&PRODUCT_COLUMNS), products.iter().map(|product| fields(&apps, product)))?;
    Ok((headers("products.csv"), file).into_response())
}

/// In the order of `PRODUCT_COLUMNS`.
fn fields(apps: &[App], product: &Product) -> [String; 7] {
    let app = apps.iter().find(|app| app.app_seq == product.app_seq);
    [
        app.map(|app| app.store.to_string()).unwrap_or_default(),
        app.map(|app| app.store_app_id.clone()).unwrap_or_default(),
        product.store_product_id.clone(),
        defuse(&product.name),
        product.product_type.to_string(),
        product.status.to_string(),
        product.sku.as_deref().map(defuse).unwrap_or_default(),
    ]
}

/// Looks at a file of products, or adds and changes what it says, all or none, and goes on to the page that tells of it.
/// Operators of the project.
async fn import_products(State(state): State<AppState>, Path(project): Path<String>, request: Request) -> Result<Response> {
    let ((parts, body), project) = (request.into_parts(), ProjectId(project));
    let by = auth::member(&state, &parts, &project, Permission::Configure).await?;
    let upload = Upload::read(Request::from_parts(parts.clone(), body)).await?;
    let note = match upload.is_check {
        true => check(&state, &project, upload).await?,
        false => match catalog::import_products(&state, &by, &project, upload.app, &upload.file).await {
            Ok(Imported::Done(counts)) => {
                let (added, changed) = (counts.added.to_string(), counts.changed.to_string());
                let list = paths::with_query(&paths::products(&project), &[("added", &added), ("changed", &changed)]);
                return Ok(Redirect::to(&list).into_response());
            }
            Ok(Imported::Refused(rows)) => refused(upload.file_name, rows),
            Err(error) => refused_whole(upload.file_name, error)?,
        },
    };
    let text = serde_json::to_string(&note).map_err(Error::internal)?;
    auth::put_flash(&state, &parts, &import_note(&project), &text).await?;
    Ok(Redirect::to(&paths::product_import(&project)).into_response())
}

async fn check(state: &AppState, project: &ProjectId, upload: Upload) -> Result<ImportNote> {
    let Upload { app, file_name, file, .. } = upload;
    Ok(match catalog::check_products(state, project, app, &file).await {
        Ok(ImportCheck::Ready { counts, changes }) => {
            let text = String::from_utf8(file).map_err(Error::internal)?;
            ImportNote::Preview(ImportPreview { file_name, text, app, counts, changes })
        }
        Ok(ImportCheck::Refused(rows)) => refused(file_name, rows),
        Err(error) => refused_whole(file_name, error)?,
    })
}

fn refused(file_name: String, rows: Vec<RefusedRow>) -> ImportNote {
    ImportNote::Refused(RefusedImport { file_name, rows })
}

/// A file that is refused as a whole; an error that is not the file's is given on.
fn refused_whole(file_name: String, error: Error) -> Result<ImportNote> {
    match error {
        error @ Error::Invalid { .. } => Ok(refused(file_name, vec![of_file(error)])),
        error => Err(error),
    }
}

/// What the page about a refused file finds it by.
pub fn import_note(project: &ProjectId) -> String {
    format!("import:{project}")
}
