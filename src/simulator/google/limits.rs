//! Faults that are set on purpose, and Google's quotas.

use std::sync::PoisonError;
use std::time::Duration;

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult, Told};
use super::route::Route;
use crate::model::{ApiFaults, Timestamp};
use crate::simulator::faults::next_fault;
use crate::simulator::settings::faults;
use crate::state::AppState;

/// Calls a minute and bucket; each app has its own here.
const CALLS_A_MINUTE: u32 = 3_000;
/// The list of what was taken back has a quota of its own.
const VOIDED_SECONDS: i64 = 30;
const VOIDED_CALLS: u32 = 30;
/// Where tokens are given.
pub(super) const TOKEN_PATH: &str = "/simulator/token";
const WINDOWS_MAX: usize = 10_000;
const DEFAULT_RETRY_SECONDS: i64 = 1;

/// Lets the faults that are set have their way: fails the call, or answers late.
pub(super) async fn check_faults(state: &AppState, path: &str) -> ApiResult<()> {
    let all = faults(state).await?;
    // A token is refused on purpose only when its path was named: who may not sign in makes no other call.
    if path == TOKEN_PATH && all.api.path.is_none() {
        return Ok(());
    }
    let Some(api) = next_fault(state, &all, path).await? else { return Ok(()) };
    if api.delay_millis > 0 {
        tokio::time::sleep(Duration::from_millis(api.delay_millis)).await;
    }
    match api.status {
        Some(status) => Err(failure_of(&api, status)),
        None => Ok(()),
    }
}

/// Fails when too many calls of a bucket were made in its window, if limits are kept at all.
pub(super) async fn check_rate(state: &AppState, by: &Admitted, method: &str, route: &Route) -> ApiResult<()> {
    if !faults(state).await?.rate_limits {
        return Ok(());
    }
    let bucket = bucket_of(method, route);
    let (seconds, calls) = if bucket == "voided" { (VOIDED_SECONDS, VOIDED_CALLS) } else { (60, CALLS_A_MINUTE) };
    let window = state.clock.now().0.div_euclid(seconds * Timestamp::SECOND);
    let mut windows = state.runtime.calls.lock().unwrap_or_else(PoisonError::into_inner);
    if windows.len() > WINDOWS_MAX {
        windows.clear();
    }
    let counted = windows.entry(format!("GG {} {bucket}", by.package)).or_insert((window, 0));
    if counted.0 != window {
        *counted = (window, 0);
    }
    counted.1 += 1;
    if counted.1 > calls { Err(limited(DEFAULT_RETRY_SECONDS)) } else { Ok(()) }
}

fn bucket_of(method: &str, route: &Route) -> &'static str {
    let segment = |place: usize| route.segments.get(place).map_or("", String::as_str);
    match (segment(1), segment(2)) {
        ("purchases", "voidedpurchases") => "voided",
        ("purchases", "products" | "productsv2") => "products",
        ("purchases", _) if method == "POST" && route.verb != "acknowledge" => "updates",
        ("purchases", _) => "subscriptions",
        ("orders", _) => "orders",
        _ => "publishing",
    }
}

fn limited(retry_after_seconds: i64) -> ApiFailure {
    let message = "Quota exceeded for quota metric and limit of service 'androidpublisher.googleapis.com'.".to_owned();
    let reason = "rateLimitExceeded".to_owned();
    ApiFailure::Told(Told { status: 429, reason, message, location: None, retry_after_seconds: Some(retry_after_seconds) })
}

/// A fault in Google's words: a reason that is named, or the usual one of its status.
fn failure_of(api: &ApiFaults, status: u16) -> ApiFailure {
    let reason = api.reason.as_deref();
    if reason == Some("html") {
        return ApiFailure::Page(status);
    }
    match (status, reason) {
        (401, None) => ApiFailure::unauthenticated(),
        (401, Some("permissionDenied")) => ApiFailure::permission_denied(),
        (404, None) => ApiFailure::token_not_found(),
        (409, None) => ApiFailure::concurrent(),
        (410, None | Some("purchaseTokenNoLongerValid")) => ApiFailure::no_longer_valid(),
        (410, Some("subscriptionPurchaseNoLongerAvailable")) => ApiFailure::no_longer_available(),
        (429, None) => limited(api.retry_after_millis.map_or(DEFAULT_RETRY_SECONDS, |millis| millis.div_euclid(1_000).max(1))),
        (400, None) => ApiFailure::invalid("Invalid Value"),
        (403, None) => ApiFailure::new(403, "forbidden", "The caller does not have permission"),
        (500.., None) => ApiFailure::new(status, "backendError", "Backend Error"),
        (_, reason) => ApiFailure::new(status, reason.unwrap_or("unknown"), "The simulator was told to fail."),
    }
}
