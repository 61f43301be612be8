//! A user's subscriptions as NHN shows them: each by its newest paid period.

use super::test_payments::list_shown;
use crate::db;
use crate::error::Result;
use crate::model::{Environment, Payment, ProjectId, StoreCode, Subscription, SubscriptionState, Timestamp};
use crate::state::AppState;
use crate::subscriptions;
use crate::users::User;

/// The newest paid period of a subscription, and where the subscription stands.
#[derive(Debug, Clone)]
pub struct Period {
    pub payment: Payment,
    pub state: SubscriptionState,
    /// The store's number of the first period.
    pub original_order_id: String,
    /// When access ends: with the grace period, while it is in one.
    pub expires_at: Timestamp,
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
    let found = subscriptions::list_of_user(state, project, user, stores, include_inactive).await?;
    let shown = list_shown(state, project).await?;
    let mut tx = state.db.read().await?;
    let mut periods = Vec::with_capacity(found.len());
    let is_shown = |chain: &Subscription| chain.environment == Environment::Live || shown.contains(&chain.app_seq);
    for chain in found.into_iter().filter(is_shown) {
        let payment = db::payments::find_by_order(&mut tx, project, chain.app_seq, &chain.order_id).await?;
        periods.extend(payment.map(|payment| read(chain, payment)));
    }
    periods.sort_by(|a, b| a.payment.payment_seq.cmp(&b.payment.payment_seq));
    Ok(periods)
}

fn read(chain: Subscription, payment: Payment) -> Period {
    let grace_end = chain.grace_end.filter(|_| chain.state == SubscriptionState::InGracePeriod);
    Period {
        state: chain.state,
        expires_at: grace_end.unwrap_or(chain.period_end),
        renewed_at: payment.verified_at.unwrap_or(payment.created_at),
        original_order_id: chain.chain_id,
        payment,
    }
}

/// The newest period of the subscription a payment belongs to; none when it belongs to none.
pub async fn find_period(state: &AppState, project: &ProjectId, payment: &Payment) -> Result<Option<Period>> {
    let user = User { channel: payment.user_channel.clone(), key: payment.user_key.clone() };
    let periods = list_periods(state, project, &user, &[payment.store], true).await?;
    let is_same = |period: &Period| {
        period.payment.app_seq == payment.app_seq && Some(&period.original_order_id) == payment.original_order_id.as_ref()
    };
    Ok(periods.into_iter().find(is_same))
}
