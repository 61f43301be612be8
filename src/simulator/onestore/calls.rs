//! The server API: which endpoint a call is for.

use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::access::admit;
use super::failure::{ApiFailure, ApiResult};
use super::found::Named;
use super::{detail, purchases, subscription_actions, voided};
use crate::simulator::faults::next_fault;
use crate::simulator::query::Query;
use crate::simulator::settings::faults;
use crate::state::AppState;

/// Where the API is.
pub const APPS: &str = "/simulator/v7/apps/";
/// Longer paths are nobody's.
const SEGMENTS_MAX: usize = 8;
/// Where tokens are given.
pub(super) const TOKEN_PATH: &str = "/simulator/v7/oauth/token";

/// A call as it came in.
pub struct Call<'a> {
    pub method: &'a str,
    /// Below `v7/apps/`, as it was sent.
    pub path: &'a str,
    pub query: Query,
    pub market: Option<&'a str>,
    pub authorization: Option<&'a str>,
    pub body: &'a [u8],
}

/// Answers a call.
pub async fn answer(state: &AppState, call: &Call<'_>) -> ApiResult {
    check_faults(state, &format!("{APPS}{}", call.path)).await?;
    let segments = read_path(call.path).ok_or(ApiFailure::Page(404))?;
    let by = admit(state, &segments[0], call.market, call.authorization).await?;
    let rest: Vec<&str> = segments[1..].iter().map(String::as_str).collect();
    let named = |product_id, token| Named { product_id, token };
    match (call.method, rest.as_slice()) {
        ("GET", ["purchases", "inapp", "products", product, token]) => purchases::get(state, &by, named(product, token)).await,
        ("POST", ["purchases", "inapp", "products", product, token, "consume"]) => {
            purchases::consume(state, &by, named(product, token), call.body).await
        }
        ("POST", ["purchases", "all" | "subscription", "products", product, token, "acknowledge"]) => {
            purchases::acknowledge(state, &by, named(product, token), call.body).await
        }
        ("GET", ["purchases", "subscription", "products", product, token]) => {
            detail::get(state, &by, named(product, token)).await
        }
        // Nobody registers monthly payments any more.
        ("GET", ["purchases", "auto", "products", _, _]) => Err(ApiFailure::of("NoSuchData")),
        ("POST", ["purchases", "auto", "products", _, _, "cancel" | "reactivate"]) => Err(ApiFailure::of("NoSuchData")),
        ("POST", ["purchases", "subscription", "products", product, token, "cancel"]) => {
            subscription_actions::cancel(state, &by, named(product, token)).await
        }
        ("POST", ["purchases", "subscription", "products", product, token, "reactivate"]) => {
            subscription_actions::reactivate(state, &by, named(product, token)).await
        }
        ("POST", ["purchases", "subscription", "products", product, token, "defer"]) => {
            subscription_actions::defer(state, &by, named(product, token), call.body).await
        }
        ("GET", ["voided-purchases"]) => voided::list(state, &by, &call.query).await,
        _ => Err(ApiFailure::of("ResourceNotFound")),
    }
}

/// A path's segments, decoded; none when one has a slash in it, which ONE store's front server refuses with a page.
fn read_path(path: &str) -> Option<Vec<String>> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(String::from);
    let segments: Vec<String> = path.split('/').map(decode).collect::<Option<_>>()?;
    let is_fit = |segment: &String| !segment.is_empty() && !segment.contains('/');
    (segments.len() <= SEGMENTS_MAX && segments.iter().all(is_fit)).then_some(segments)
}

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
    let Some(status) = api.status else { return Ok(()) };
    let mut failure = ApiFailure::wanted(status, api.reason.as_deref());
    if let ApiFailure::Told(told) = &mut failure {
        told.retry_after_seconds = api.retry_after_millis.map(|millis| millis.div_euclid(1_000).max(1));
    }
    Err(failure)
}
