//! The audit log as CSV, for people: by session, with the filters of the page, streamed.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::stream;
use leptos_router::params::ParamsMap;

use super::csv_text::{defuse, headers, write_rows};
use crate::console::Reader;
use crate::console::pages::list::Address;
use crate::console::pages::read_audit_query;
use crate::error::{Error, Result};
use crate::model::{AuditQuery, AuditRow, Permission, ProjectId};
use crate::state::AppState;
use crate::{audit, auth};

/// More than any year of an instance; a bound all the same.
const PAGES_MAX: u32 = 20_000;
const COLUMNS: [&str; 10] =
    ["at", "actor", "action", "target", "targetEmail", "projectId", "project", "address", "before", "after"];

pub fn router() -> Router<AppState> {
    Router::new().route("/audit.csv", get(export_audit)).route("/projects/{project}/audit.csv", get(export_project_audit))
}

type Pairs = Query<Vec<(String, String)>>;

/// What was done anywhere. Instance administrators.
async fn export_audit(State(state): State<AppState>, Query(pairs): Pairs, request: Request) -> Result<Response> {
    let parts = request.into_parts().0;
    auth::administrator(&state, &parts).await?;
    Ok(answer(state, read(pairs, &parts.headers)))
}

/// What was done in a project. Administrators of the project.
async fn export_project_audit(
    State(state): State<AppState>,
    Path(project): Path<String>,
    Query(pairs): Pairs,
    request: Request,
) -> Result<Response> {
    let (parts, project) = (request.into_parts().0, ProjectId(project));
    auth::member(&state, &parts, &project, Permission::Administer).await?;
    Ok(answer(state, AuditQuery { project: Some(project), ..read(pairs, &parts.headers) }))
}

fn read(pairs: Vec<(String, String)>, headers: &HeaderMap) -> AuditQuery {
    let zone = Reader::of(headers).zone;
    let mut map = ParamsMap::new();
    pairs.into_iter().for_each(|(name, value)| map.insert(name, value));
    AuditQuery { cursor: None, ..read_audit_query(&Address::new(&map, zone)) }
}

fn answer(state: AppState, query: AuditQuery) -> Response {
    let pages = stream::try_unfold(Some((query, 0)), move |position| {
        let state = state.clone();
        async move {
            let Some((mut query, number)) = position else { return Ok(None) };
            let page = audit::list(&state, &query).await?;
            let chunk = write_rows((number == 0).then_some(&COLUMNS), page.items.iter().map(fields))?;
            query.cursor = page.next_cursor;
            let next = (query.cursor.is_some() && number + 1 < PAGES_MAX).then_some((query, number + 1));
            Ok::<_, Error>(Some((chunk, next)))
        }
    });
    (headers("audit.csv"), Body::from_stream(pages)).into_response()
}

/// In the order of `COLUMNS`.
fn fields(row: &AuditRow) -> [String; 10] {
    let safe = |text: &Option<String>| text.as_deref().map(defuse).unwrap_or_default();
    [
        row.at.to_rfc3339(),
        defuse(&row.actor),
        row.action.clone(),
        defuse(&row.target),
        safe(&row.target_email),
        row.project.as_ref().map(ToString::to_string).unwrap_or_default(),
        safe(&row.project_name),
        safe(&row.address),
        safe(&row.before),
        safe(&row.after),
    ]
}
