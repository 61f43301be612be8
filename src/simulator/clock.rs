//! The simulated stores' own clock: ahead of the real one by what it was moved, and what happened in between. Knows no store.

use super::deliver::wake_sender;
use super::finish::lapse;
use super::life;
use super::settings::require_on;
use super::transition::get_present_sale;
use super::translate::store_of;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{SimulatorReason, Timestamp};
use crate::state::AppState;

const OFFSET: &str = "simulator_clock";
/// Chains moved on in one transaction.
const BATCH: i64 = 200;
const BATCH_MIN: i64 = 4;
/// The farthest the clock is moved at once, and in all: the certificates hold for 30 years.
const ADVANCE_MILLIS_MAX: i64 = 5 * 366 * Timestamp::DAY;
const OFFSET_MILLIS_MAX: i64 = 20 * 366 * Timestamp::DAY;

/// What the simulated stores' clock shows.
pub async fn now(state: &AppState) -> Result<Timestamp> {
    let offset = db::instance::find(&mut state.db.read().await?, OFFSET).await?;
    let offset: i64 = offset.map_or(Ok(0), |text| text.parse()).map_err(Error::internal)?;
    Ok(state.clock.now().plus_millis(offset))
}

/// Moves the clock ahead and has everything happen that falls in between, in order; gives what it shows then and how many
/// things happened. The real clock stays.
pub async fn advance(state: &AppState, millis: i64) -> Result<(Timestamp, usize)> {
    require_on(state)?;
    if !(0..=ADVANCE_MILLIS_MAX).contains(&millis) {
        return Err(Error::invalid("advance", SimulatorReason::ClockBack));
    }
    let real = state.clock.now();
    let target = now(state).await?.plus_millis(millis);
    let offset = target.0 - real.0;
    if offset > OFFSET_MILLIS_MAX {
        return Err(Error::invalid("advance", SimulatorReason::ClockTooFar));
    }
    let offset = offset.to_string();
    state.db.write(async |tx| db::instance::set(tx, OFFSET, &offset, real).await).await?;
    Ok((target, everything_until(state, target).await?))
}

/// Has everything happen that is due by now; what its job calls.
pub async fn run_due(state: &AppState) -> Result<usize> {
    if state.simulator.is_none() {
        return Ok(0);
    }
    let now = now(state).await?;
    everything_until(state, now).await
}

/// What is due of sales and of chains, in the order of their moments.
async fn everything_until(state: &AppState, target: Timestamp) -> Result<usize> {
    let mut happened = 0;
    loop {
        let due = db::simulator::find_due_purchase(&mut state.db.read().await?, target).await?;
        let until = due.as_ref().and_then(|sale| sale.due_at).unwrap_or(target);
        happened += happen_until(state, until).await?;
        let Some(sale) = due else { return Ok(happened) };
        happened += usize::from(lapse(state, &sale, until).await?);
    }
}

/// Each event in its turn, over all chains, until none is due. An event may bring the next, so it asks again, at the latest
/// when that would come before another one's.
async fn happen_until(state: &AppState, target: Timestamp) -> Result<usize> {
    let mut happened = 0;
    let mut batch = BATCH;
    loop {
        let due = db::simulator::list_due_subscriptions(&mut state.db.read().await?, target, batch).await?;
        if due.is_empty() {
            break;
        }
        let mut numbered = Vec::with_capacity(due.len());
        for subscription in due {
            let number = state.numbers.next_row().await?;
            let at = subscription.next_at.unwrap_or(subscription.lifecycle.period_end);
            numbered.push((store_of(subscription.store)?.order_id(subscription.environment, number, at), subscription));
        }
        let made_at = state.clock.now();
        let done = state.db.write(async |tx| {
            let (mut done, mut looked_at, mut next) = (0, 0, None);
            for (id, subscription) in &numbered {
                if next.is_some_and(|next| subscription.next_at.is_some_and(|at| at > next)) {
                    break;
                }
                let last = get_present_sale(tx, subscription).await?;
                let id = store_of(subscription.store)?.renewal_id(&last, id.clone());
                let transition = life::happen(subscription, &last, &id);
                next = earliest(next, transition.subscription.next_at);
                // Another process may have moved it on since.
                done += usize::from(transition.commit(tx, made_at).await?);
                looked_at += 1;
            }
            Ok((done, looked_at))
        });
        let (done, looked_at) = done.await?;
        happened += done;
        // Where one chain's events come much more often than others', few of the others are looked at in vain.
        batch = (2 * looked_at).clamp(BATCH_MIN, BATCH);
    }
    if happened > 0 {
        wake_sender(state);
    }
    Ok(happened)
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}
