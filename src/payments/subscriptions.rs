//! A user's subscriptions, read from their paid periods.

use crate::db;
use crate::error::Result;
use crate::model::{Payment, PaymentStatus, ProjectId, StoreCode, SubscriptionState};
use crate::state::AppState;
use crate::users::User;

/// More subscriptions than any user has in one project.
const SUBSCRIPTIONS_MAX: u32 = 100;

/// A subscription by its newest period.
#[derive(Debug, Clone)]
pub struct SubscriptionPeriod {
    pub payment: Payment,
    pub state: SubscriptionState,
}

/// A user's subscriptions, newest first; those that are over only when asked for.
pub async fn list_subscriptions(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
    include_expired: bool,
) -> Result<Vec<SubscriptionPeriod>> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let found = db::payments::latest_of_subscriptions(&mut tx, project, &user.channel, &user.key, SUBSCRIPTIONS_MAX).await?;
    let periods = found.into_iter().filter(|payment| stores.is_empty() || stores.contains(&payment.store)).map(|payment| {
        let state = match payment.status {
            PaymentStatus::Refund => SubscriptionState::Revoked,
            _ if payment.expires_at.is_some_and(|expires_at| expires_at > now) => SubscriptionState::Active,
            _ => SubscriptionState::Expired,
        };
        SubscriptionPeriod { payment, state }
    });
    Ok(periods.filter(|period| include_expired || period.state.gives_access()).collect())
}
