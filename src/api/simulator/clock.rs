//! The simulated clock, and what goes wrong on purpose.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use crate::api::input::Body;
use crate::error::{Error, Result};
use crate::model::{CallReason, SimulatorFaults, Timestamp};
use crate::simulator;
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/simulator/control/clock", get(get_clock).post(move_clock))
        .route("/simulator/control/faults", get(get_faults).put(set_faults))
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ClockView {
    now: String,
    now_millis: i64,
    /// What happened on the way: renewals, failures, ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    happened: Option<usize>,
}

impl ClockView {
    fn new(now: Timestamp, happened: Option<usize>) -> Self {
        Self { now: now.to_rfc3339(), now_millis: now.0, happened }
    }
}

async fn get_clock(State(state): State<AppState>) -> Result<Json<ClockView>> {
    Ok(Json(ClockView::new(simulator::now(&state).await?, None)))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MoveIn {
    /// How far ahead, in milliseconds.
    advance_millis: Option<i64>,
    /// Or in days.
    advance_days: Option<i64>,
}

async fn move_clock(State(state): State<AppState>, Body(input): Body<MoveIn>) -> Result<Json<ClockView>> {
    let millis = match (input.advance_millis, input.advance_days) {
        (Some(millis), None) => millis,
        (None, Some(days)) => days.saturating_mul(Timestamp::DAY),
        _ => return Err(Error::invalid("advanceMillis", CallReason::NoAdvance)),
    };
    let (now, happened) = simulator::advance(&state, millis).await?;
    Ok(Json(ClockView::new(now, Some(happened))))
}

async fn get_faults(State(state): State<AppState>) -> Result<Json<SimulatorFaults>> {
    Ok(Json(simulator::faults(&state).await?))
}

async fn set_faults(State(state): State<AppState>, Body(faults): Body<SimulatorFaults>) -> Result<Json<SimulatorFaults>> {
    simulator::set_faults(&state, &faults).await?;
    Ok(Json(faults))
}
