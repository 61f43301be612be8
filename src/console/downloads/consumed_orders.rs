//! A file of orders that were consumed at another server, from a person: by session.

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;

use super::upload::{Upload, of_file};
use crate::auth;
use crate::console::paths;
use crate::error::{Error, Result};
use crate::model::{AppSeq, Permission, ProjectId, RefusedImport};
use crate::payments::{self, ConsumedImport};
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new().route("/projects/{project}/apps/{app}/consumed-orders.csv", post(import_consumed))
}

/// What the page about a refused file finds it by.
pub fn consumed_note(project: &ProjectId, app: AppSeq) -> String {
    format!("consumed:{project}:{app}")
}

/// Takes the file, all of it or nothing, and goes on to the page that says which. Operators of the project.
async fn import_consumed(
    State(state): State<AppState>,
    Path((project, app)): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    let ((parts, body), project) = (request.into_parts(), ProjectId(project));
    let by = auth::member(&state, &parts, &project, Permission::Configure).await?;
    let app: AppSeq = app.parse().map_err(|_| Error::NotFound("app"))?;
    let upload = Upload::read(Request::from_parts(parts.clone(), body)).await?;
    let page = paths::consumed_orders(&project, app);
    let rows = match payments::import_consumed(&state, &by, &project, app, &upload.file).await {
        Ok(ConsumedImport::Taken { orders, consumed }) => {
            let done = [("orders", orders.to_string()), ("consumed", consumed.to_string())];
            let done = done.each_ref().map(|(name, count)| (*name, count.as_str()));
            return Ok(Redirect::to(&paths::with_query(&page, &done)).into_response());
        }
        Ok(ConsumedImport::Refused(rows)) => rows,
        Err(error @ Error::Invalid { .. }) => vec![of_file(error)],
        Err(error) => return Err(error),
    };
    let refused = RefusedImport { file_name: upload.file_name, rows };
    let text = serde_json::to_string(&refused).map_err(Error::internal)?;
    auth::put_flash(&state, &parts, &consumed_note(&project, app), &text).await?;
    Ok(Redirect::to(&page).into_response())
}
