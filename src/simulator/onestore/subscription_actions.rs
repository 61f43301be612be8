//! What a developer's server does to a subscription: cancel it, take that back, move its next payment.

use serde_json::Value;

use super::access::{Admitted, success};
use super::detail::Standing;
use super::failure::{ApiFailure, ApiResult};
use super::found::{Named, Signup, get_signup};
use crate::error::Error;
use crate::model::{Timestamp, VoidSource};
use crate::simulator::change::{Change, change};
use crate::state::AppState;

const DEFER_DAYS_MAX: i64 = 365;

/// cancelSubscription.
pub(super) async fn cancel(state: &AppState, by: &Admitted, named: Named<'_>) -> ApiResult {
    let signup = get_signup(state, by, named).await?;
    let can = matches!(signup.standing(by.now), Standing::Active | Standing::InGracePeriod | Standing::OnHold | Standing::Paused);
    make(state, &signup, can, Change::StopRenewal { by: VoidSource::Developer }).await
}

/// reactivateSubscription: not of what ended at once.
pub(super) async fn reactivate(state: &AppState, by: &Admitted, named: Named<'_>) -> ApiResult {
    let signup = get_signup(state, by, named).await?;
    let can = signup.is_current && signup.standing(by.now) == Standing::Canceled;
    make(state, &signup, can, Change::SwitchRenewal(true)).await
}

/// deferSubscription: in days, though ONE store's sandbox has minutes: the simulated clock can be moved.
pub(super) async fn defer(state: &AppState, by: &Admitted, named: Named<'_>, body: &[u8]) -> ApiResult {
    let signup = get_signup(state, by, named).await?;
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let days = body["deferPeriod"].as_i64().filter(|days| (1..=DEFER_DAYS_MAX).contains(days));
    let days = days.ok_or_else(|| ApiFailure::invalid("deferPeriod"))?;
    let can = signup.standing(by.now) == Standing::Active;
    make(state, &signup, can, Change::Defer { millis: days * Timestamp::DAY }).await
}

async fn make(state: &AppState, signup: &Signup, can: bool, what: Change) -> ApiResult {
    let wrong_state = || ApiFailure::of("InvalidPurchaseState");
    if !can {
        return Err(wrong_state());
    }
    match change(state, &signup.chain.chain_id, what).await {
        Ok(_) => Ok(success()),
        Err(Error::Conflict { .. }) => Err(wrong_state()),
        Err(error) => Err(error.into()),
    }
}
