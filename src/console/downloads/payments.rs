//! A project's payments as CSV, for people: by session, with the filters of the list, streamed.

mod columns;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::stream;
use leptos_router::params::ParamsMap;

use super::csv_text::{headers, write_rows};
use crate::auth;
use crate::console::Reader;
use crate::console::pages::list::Address;
use crate::console::pages::read_payment_query;
use crate::error::Result;
use crate::model::{PaymentQuery, Permission, ProjectId};
use crate::payments;
use crate::state::AppState;
use columns::{COLUMNS, fields};

const PAGE_ROWS: u32 = 100;
/// More rows than any spreadsheet opens, ten times over.
const ROWS_MAX: u32 = 10_000_000;

pub fn router() -> Router<AppState> {
    Router::new().route("/projects/{project}/payments.csv", get(export_payments))
}

/// All payments the list's filters find, in the list's order. Readers of the project.
async fn export_payments(
    State(state): State<AppState>,
    Path(project): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
    request: Request,
) -> Result<Response> {
    let (parts, project) = (request.into_parts().0, ProjectId(project));
    auth::member(&state, &parts, &project, Permission::Read).await?;
    let zone = Reader::of(&parts.headers).zone;
    let mut map = ParamsMap::new();
    pairs.into_iter().for_each(|(name, value)| map.insert(name, value));
    let query = PaymentQuery { cursor: None, limit: PAGE_ROWS, ..read_payment_query(&Address::new(&map, zone)) };
    Ok((headers("payments.csv"), Body::from_stream(pages(state, project, query))).into_response())
}

/// Where the export stands.
struct Position {
    query: PaymentQuery,
    rows: u32,
    is_first: bool,
}

fn pages(state: AppState, project: ProjectId, query: PaymentQuery) -> impl stream::Stream<Item = Result<Vec<u8>>> + Send {
    let start = Some(Position { query, rows: 0, is_first: true });
    stream::try_unfold(start, move |position| {
        let (state, project) = (state.clone(), project.clone());
        async move {
            let Some(Position { mut query, rows, is_first }) = position else { return Ok(None) };
            let page = payments::list(&state, &project, &query).await?;
            let chunk = write_rows(is_first.then_some(&COLUMNS), page.items.iter().map(fields))?;
            let rows = rows + PAGE_ROWS;
            query.cursor = page.next_cursor;
            let next = (query.cursor.is_some() && rows < ROWS_MAX).then_some(Position { query, rows, is_first: false });
            Ok(Some((chunk, next)))
        }
    })
}
