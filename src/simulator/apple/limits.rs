//! Faults that are set on purpose, and Apple's limits on calls per second.

use std::sync::PoisonError;
use std::time::Duration;

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use crate::model::{ApiFaults, StoreEnvironment, Timestamp};
use crate::simulator::faults::next_fault;
use crate::simulator::settings::faults;
use crate::state::AppState;

/// Calls a second and app in production, by a part of the path; others have 50 (docs/stores/apple.md, Limits). The sandbox
/// has a tenth.
const RATES: [(&str, u32); 5] =
    [("/lookup/", 10), ("/refund/lookup/", 10), ("/extend/mass", 1), ("/extend/", 20), ("/notifications/test", 1)];
const RATE_DEFAULT: u32 = 50;
const SANDBOX_PART: u32 = 10;
const WINDOWS_MAX: usize = 10_000;
/// How much later a limited caller may come back when nothing else was said.
const RETRY_AFTER_MILLIS: i64 = 1_000;

/// How long to wait before an answer is given.
pub type Delay = Duration;

/// Lets the faults that are set have their way: fails the call, or says how long its answer takes.
pub async fn check_faults(state: &AppState, environment: StoreEnvironment, path: &str) -> ApiResult<Delay> {
    let all = faults(state).await?;
    if all.unreleased && environment == StoreEnvironment::Production {
        return Err(ApiFailure::Unauthorized);
    }
    match next_fault(state, &all, path).await? {
        Some(api) => match api.status {
            Some(status) => Err(failure_of(state, &api, status)),
            None => Ok(Delay::from_millis(api.delay_millis)),
        },
        None => Ok(Delay::ZERO),
    }
}

/// Fails when the app has called too often this second, if limits are kept at all.
pub async fn check_rate(state: &AppState, by: &Admitted, path: &str) -> ApiResult<()> {
    if !faults(state).await?.rate_limits {
        return Ok(());
    }
    let rate = RATES.iter().find(|(part, _)| path.contains(part)).map_or(RATE_DEFAULT, |(_, rate)| *rate);
    let rate = if by.environment == StoreEnvironment::Production { rate } else { rate.div_ceil(SANDBOX_PART) };
    let now = state.clock.now();
    let second = now.0.div_euclid(Timestamp::SECOND);
    let kind = RATES.iter().find(|(part, _)| path.contains(part)).map_or("", |(part, _)| part);
    let mut windows = state.runtime.calls.lock().unwrap_or_else(PoisonError::into_inner);
    if windows.len() > WINDOWS_MAX {
        windows.retain(|_, (window, _)| *window == second);
    }
    let window = windows.entry(format!("{} {} {kind}", by.environment, by.bundle_id)).or_insert((second, 0));
    if window.0 != second {
        *window = (second, 0);
    }
    window.1 += 1;
    if window.1 > rate { Err(ApiFailure::Limited(Timestamp((second + 1) * Timestamp::SECOND))) } else { Ok(()) }
}

fn failure_of(state: &AppState, api: &ApiFaults, status: u16) -> ApiFailure {
    match (status, api.error_code) {
        (401, _) => ApiFailure::Unauthorized,
        (429, _) => ApiFailure::Limited(state.clock.now().plus_millis(api.retry_after_millis.unwrap_or(RETRY_AFTER_MILLIS))),
        (_, Some(code)) => ApiFailure::Numbered(code, ApiFailure::words(code)),
        (500, None) => ApiFailure::INTERNAL,
        (status, None) => ApiFailure::Bare(status),
    }
}
