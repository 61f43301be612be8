//! Finding anything by whatever was pasted.

mod views;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Server;
use super::input::{Body, Query};
use super::views::Problem;
use crate::error::{Error, Result};
use crate::model::{ProjectId, Reason, ZoneOffset};
use crate::search;
use crate::state::AppState;
use views::SearchView;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(search_anything, search_long_text))
}

/// Minutes east of UTC of a reader whose days are meant.
const ZONE_MINUTES_MAX: i64 = 14 * 60;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct SearchQuery {
    /// Any id, several of them, or a text they stand in; at most 64 KiB.
    q: String,
    /// The zone in which days and hours of the text are read, in minutes east of UTC; 0 when absent.
    #[param(minimum = -840, maximum = 840)]
    zone: Option<i16>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SearchIn {
    /// Any id, several of them, or a text they stand in; at most 64 KiB.
    q: String,
    /// The zone in which days and hours of the text are read, in minutes east of UTC; 0 when absent.
    #[schema(minimum = -840, maximum = 840)]
    zone: Option<i16>,
}

/// Find anything
///
/// By user key, payment or subscription number, any id of a store, account token, notification id; by a part of an id, another spelling
/// or a slip; by a receipt mail, signed transaction, JSON or chat text that has one in it; by day, amount and product. The best match comes first.
/// Callers: server.
#[utoipa::path(get, path = "/search", tag = "Search", params(SearchQuery),
    responses((status = 200, body = SearchView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn search_anything(
    Server(caller): Server,
    State(state): State<AppState>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchView>> {
    answer(&state, &caller.project, &query.q, query.zone).await
}

/// Find anything in a long text
///
/// The same for texts that are too long for an address, or too secret for the logs of what stands in front. Nothing is changed.
/// Callers: server.
#[utoipa::path(post, path = "/search", tag = "Search", request_body = SearchIn,
    responses((status = 200, body = SearchView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn search_long_text(
    Server(caller): Server,
    State(state): State<AppState>,
    Body(input): Body<SearchIn>,
) -> Result<Json<SearchView>> {
    answer(&state, &caller.project, &input.q, input.zone).await
}

async fn answer(state: &AppState, project: &ProjectId, text: &str, zone: Option<i16>) -> Result<Json<SearchView>> {
    let zone = zone.unwrap_or_default();
    if i64::from(zone).abs() > ZONE_MINUTES_MAX {
        return Err(Error::invalid("zone", Reason::range(-ZONE_MINUTES_MAX, ZONE_MINUTES_MAX)));
    }
    let found = search::search(state, std::slice::from_ref(project), text, ZoneOffset(zone)).await?;
    Ok(Json(found.into()))
}
