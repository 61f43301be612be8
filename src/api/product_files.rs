//! An app's products as CSV, for people: by session. The same form is given and taken.

use axum::Router;
use axum::extract::{FromRequest, Multipart, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::auth;
use crate::catalog::{self, Imported, ProductQuery};
use crate::console::paths;
use crate::error::{Error, Result};
use crate::model::{AppSeq, Fault, PRODUCT_COLUMNS, Permission, Product, ProjectId, RefusedImport, RefusedRow};
use crate::state::AppState;

use super::export::{BYTE_ORDER_MARK, defuse};

/// The file's name that is shown back is cut at so many characters.
const FILE_NAME_CHARS_MAX: usize = 100;

/// Stands under the session's layers.
pub fn product_files_router() -> Router<AppState> {
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
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    writer.write_record(PRODUCT_COLUMNS).map_err(Error::internal)?;
    let mut query = ProductQuery { app: wanted.app, ..ProductQuery::default() };
    loop {
        let page = catalog::list_products(&state, &project, &query).await?;
        for product in &page.items {
            writer.write_record(fields(product)).map_err(Error::internal)?;
        }
        query.cursor = page.next_cursor;
        if query.cursor.is_none() {
            break;
        }
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"products.csv\""),
    ];
    Ok((headers, writer.into_inner().map_err(Error::internal)?).into_response())
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
    let form = Multipart::from_request(Request::from_parts(parts.clone(), body), &()).await.map_err(|_| unreadable())?;
    let upload = read_form(form).await?;
    let about = import_note(&project);
    let rows = match upload.app {
        None => vec![of_file(Error::invalid("app", "must be chosen"))],
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

pub(super) fn of_file(error: Error) -> RefusedRow {
    RefusedRow { line: 0, id: String::new(), fault: Fault::from(error) }
}

pub(super) struct Upload {
    app: Option<AppSeq>,
    pub file_name: String,
    pub file: Vec<u8>,
}

pub(super) fn unreadable() -> Error {
    Error::unfit(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the form could not be read")
}

pub(super) async fn read_form(mut form: Multipart) -> Result<Upload> {
    let mut upload = Upload { app: None, file_name: String::new(), file: Vec::new() };
    while let Some(field) = form.next_field().await.map_err(|_| unreadable())? {
        match field.name() {
            Some("app") => upload.app = field.text().await.map_err(|_| unreadable())?.parse().ok(),
            Some("file") => {
                upload.file_name = field.file_name().unwrap_or_default().chars().take(FILE_NAME_CHARS_MAX).collect();
                upload.file = field.bytes().await.map_err(|_| unreadable())?.to_vec();
            }
            _ => {}
        }
    }
    Ok(upload)
}
