//! Money back: what a store does to a sale when a player asks for it. Knows no store.

use super::change::wrong_state;
use super::clock::now;
use super::deliver::wake_sender;
use super::happened::Happened;
use super::life::touch;
use super::notification::{Dates, Draft};
use super::settings::require_on;
use super::subscribe::changed_meanwhile;
use super::transition::{Transition, get_sale};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{
    Reason, RefundReason, Revocation, RevocationKind, SimulatedPurchase, SimulatedSubscription, SimulatorReason,
    StoreEnvironment, Timestamp,
};
use crate::state::AppState;

const PERCENT_MILLIS_MAX: i64 = 100_000;

/// One thing that is done to a sale.
#[derive(Debug, Clone)]
pub enum Settle {
    /// The money goes back; in part when a percentage (in thousandths) is given.
    Refund { is_app_issue: bool, percentage: Option<i64> },
    /// The player does not get it back.
    DeclineRefund,
    /// A refund is undone.
    ReverseRefund,
    /// The player asks, and the store may ask the developer how far it was used.
    RequestRefund { reason: String },
}

/// Does one thing to a sale, and notifies of it; gives the sale as it stands.
pub async fn settle(
    state: &AppState,
    environment: StoreEnvironment,
    store_app_id: &str,
    order_id: &str,
    settle: Settle,
) -> Result<SimulatedPurchase> {
    require_on(state)?;
    let mut tx = state.db.read().await?;
    let mut sale = get_sale(&mut tx, environment, store_app_id, order_id).await?;
    let chain = db::simulator::find_subscription(&mut tx, &sale.chain_id).await?;
    drop(tx);
    let at = now(state).await?;
    let happened = apply(&mut sale, settle, at)?;
    let made_at = state.clock.now();
    match chain {
        Some(chain) => {
            let transition = Transition::new(settle_chain(chain, &sale, happened, at), at).happened(happened);
            let transition = transition.with_changed(sale.clone());
            if !state.db.write(async |tx| transition.commit(tx, made_at).await).await? {
                return Err(changed_meanwhile());
            }
        }
        None => keep_alone(state, sale.clone(), happened, at).await?,
    }
    wake_sender(state);
    Ok(sale)
}

/// Changes the sale; says what happened.
fn apply(sale: &mut SimulatedPurchase, settle: Settle, at: Timestamp) -> Result<Happened> {
    match settle {
        Settle::Refund { is_app_issue, percentage } => {
            if sale.revoked_at.is_some() {
                return Err(wrong_state("it is refunded already"));
            }
            if percentage.is_some_and(|percentage| !(1..PERCENT_MILLIS_MAX).contains(&percentage)) {
                return Err(Error::invalid("percentage", SimulatorReason::NotThousandths { max: PERCENT_MILLIS_MAX }));
            }
            let kind = if percentage.is_some() { RevocationKind::RefundProrated } else { RevocationKind::RefundFull };
            sale.revoked_at = Some(at);
            sale.details.revocation = Some(Revocation { kind, reason: i64::from(is_app_issue), percentage });
            Ok(Happened::Refunded)
        }
        Settle::ReverseRefund => {
            sale.revoked_at.take().ok_or_else(|| wrong_state("it is not refunded"))?;
            sale.details.revocation = None;
            Ok(Happened::RefundReversed)
        }
        Settle::DeclineRefund => Ok(Happened::RefundDeclined),
        Settle::RequestRefund { reason } => Ok(Happened::RefundRequested(read_reason(&reason)?)),
    }
}

fn read_reason(text: &str) -> Result<RefundReason> {
    let known = || Reason::one_of(RefundReason::ALL.iter().map(|reason| reason.as_str()));
    text.parse().map_err(|_| Error::invalid("reason", known()))
}

/// The chain of a settled sale: only the present period's refund ends it, and its reversal brings it back.
fn settle_chain(
    mut chain: SimulatedSubscription,
    sale: &SimulatedPurchase,
    happened: Happened,
    at: Timestamp,
) -> SimulatedSubscription {
    touch(&mut chain, at);
    let lifecycle = &mut chain.lifecycle;
    if sale.order_id != lifecycle.order_id {
        return chain;
    }
    match happened {
        Happened::Refunded => {
            lifecycle.revoked_at = sale.revoked_at;
            lifecycle.auto_renew = false;
            chain.next_at = None;
        }
        Happened::RefundReversed => {
            lifecycle.revoked_at = None;
            chain.next_at = lifecycle.expiration.is_none().then_some(lifecycle.period_end);
        }
        _ => {}
    }
    chain
}

/// Keeps a sale that is no period of a subscription, with the notification of what happened.
async fn keep_alone(state: &AppState, mut sale: SimulatedPurchase, happened: Happened, at: Timestamp) -> Result<()> {
    let as_of = sale.details.as_of.map_or(at, |last| at.max(last.plus_millis(1)));
    sale.details.as_of = Some(as_of);
    let dates = Dates { as_of, due_at: at, made_at: state.clock.now() };
    let notification = Draft::of_sale(&sale, None, dates).write(happened)?;
    let write = state.db.write(async |tx| {
        db::simulator::update_purchase(tx, &sale).await?;
        if let Some(notification) = &notification {
            db::simulator::insert_notification(tx, notification).await?;
        }
        Ok(())
    });
    write.await
}
