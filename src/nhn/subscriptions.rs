//! A user's subscriptions as NHN shows them: each by its newest paid period.

use super::test_payments::list_shown;
use crate::db;
use crate::error::Result;
use crate::model::{Environment, Payment, ProjectId, StoreCode, Subscription, SubscriptionState, Timestamp};
use crate::state::AppState;
use crate::subscriptions::{self, OfUser, States};
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

/// A user's subscriptions in the apps of a package, by payment number, at most 500. No stores means all.
pub async fn list_periods(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
    package: &str,
    states: States,
) -> Result<Vec<Period>> {
    let shown = list_shown(state, project).await?;
    let wanted = OfUser { stores, store_app_id: Some(package), test_of: Some(&shown), states };
    let found = subscriptions::list_whole_of_user(state, project, user, &wanted).await?;
    let mut tx = state.db.read().await?;
    let mut periods = Vec::with_capacity(found.len());
    for chain in found {
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
    let Some(chain_id) = payment.original_order_id.as_deref().filter(|_| !payment.user_key.is_empty()) else { return Ok(None) };
    let shown = list_shown(state, project).await?;
    let mut tx = state.db.read().await?;
    let chain = db::subscriptions::find_by_chain(&mut tx, project, payment.app_seq, chain_id).await?;
    let is_same = |chain: &Subscription| {
        (&chain.user_channel, &chain.user_key) == (&payment.user_channel, &payment.user_key)
            && (chain.environment == Environment::Live || shown.contains(&chain.app_seq))
    };
    let Some(chain) = chain.filter(is_same) else { return Ok(None) };
    let chain = Subscription { state: chain.terms().state_at(state.clock.now()), ..chain };
    let newest = db::payments::find_by_order(&mut tx, project, chain.app_seq, &chain.order_id).await?;
    Ok(newest.map(|newest| read(chain, newest)))
}
