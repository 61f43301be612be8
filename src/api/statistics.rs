//! The numbers of a project.

mod views;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Server;
use super::input::{Query, optional_enum};
use super::views::Problem;
use crate::error::{Error, Result};
use crate::model::{Day, Reason, StatisticsInput};
use crate::state::AppState;
use crate::statistics;
use views::StatisticsView;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(get_statistics))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct StatisticsIn {
    /// `TODAY`, `YESTERDAY`, `DAYS_7`, `DAYS_28` (default), `DAYS_90`, `THIS_MONTH`, `LAST_MONTH`, `THIS_YEAR` or `CUSTOM`.
    preset: Option<String>,
    /// The first day, `2026-11-01`, by the project's time zone. Without a preset, `from` and `to` mean `CUSTOM`.
    from: Option<String>,
    /// The last day; today when absent.
    to: Option<String>,
    /// `LIVE` (default), `SANDBOX` or `SIMULATOR`; they are never added up.
    environment: Option<String>,
    /// `PREVIOUS` (default: as many days, just before), `YEAR_BEFORE` or `NONE`.
    compare: Option<String>,
    /// `DAY`, `WEEK` or `MONTH`; by the number of days when absent.
    unit: Option<String>,
}

/// Get statistics
///
/// Of some days by the project's time zone, in one environment, right to the last committed payment. Payments count on the day of
/// their purchase, refunds on the day the money went back. Test, promotion and rewarded purchases and family shares are no revenue
/// (`free`). Callers: server.
#[utoipa::path(get, path = "/statistics", tag = "Statistics", params(StatisticsIn),
    responses((status = 200, body = StatisticsView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn get_statistics(
    Server(caller): Server,
    State(state): State<AppState>,
    Query(query): Query<StatisticsIn>,
) -> Result<Json<StatisticsView>> {
    let day = |field, text: Option<&str>| -> Result<Option<Day>> {
        let parse = |text| Day::parse(text).ok_or_else(|| Error::invalid(field, Reason::NotADay));
        text.filter(|text| !text.is_empty()).map(parse).transpose()
    };
    let input = StatisticsInput {
        preset: optional_enum("preset", query.preset.as_deref())?,
        from: day("from", query.from.as_deref())?,
        to: day("to", query.to.as_deref())?,
        environment: optional_enum("environment", query.environment.as_deref())?,
        compare: optional_enum("compare", query.compare.as_deref())?,
        unit: optional_enum("unit", query.unit.as_deref())?,
    };
    Ok(Json(statistics::get_statistics(&state, &caller.project, &input).await?.into()))
}
