//! A user's subscriptions as NHN shows them: each by its newest paid period.

use crate::error::Result;
use crate::model::{Payment, ProjectId, StoreCode, SubscriptionState, Timestamp};
use crate::payments;
use crate::state::AppState;
use crate::users::User;

/// The newest paid period of a subscription, and where the subscription stands.
#[derive(Debug, Clone)]
pub struct Period {
    pub payment: Payment,
    pub state: SubscriptionState,
    /// When the renewal was recorded here.
    pub renewed_at: Timestamp,
}

/// A user's subscriptions by payment number; those without access only when asked for. No stores means all.
pub async fn list_periods(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
    include_inactive: bool,
) -> Result<Vec<Period>> {
    let found = payments::list_subscriptions(state, project, user, stores, include_inactive).await?;
    let read = |found: payments::SubscriptionPeriod| Period {
        renewed_at: found.payment.verified_at.unwrap_or(found.payment.created_at),
        state: found.state,
        payment: found.payment,
    };
    let mut periods: Vec<Period> = found.into_iter().map(read).collect();
    periods.sort_by(|a, b| a.payment.payment_seq.cmp(&b.payment.payment_seq));
    Ok(periods)
}

/// The newest period of the subscription a payment belongs to; none when it belongs to none.
pub async fn find_period(state: &AppState, project: &ProjectId, payment: &Payment) -> Result<Option<Period>> {
    let user = User { channel: payment.user_channel.clone(), key: payment.user_key.clone() };
    let periods = list_periods(state, project, &user, &[payment.store], true).await?;
    let is_same = |period: &Period| {
        period.payment.app_seq == payment.app_seq && period.payment.original_order_id == payment.original_order_id
    };
    Ok(periods.into_iter().find(is_same))
}
