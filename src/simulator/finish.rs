//! Acknowledging and consuming what was bought, and what becomes of a sale that nobody acknowledges. Knows no store's words.

use super::refund::{Refund, Settle, settle_at};
use super::transition::{get_present_sale, get_sale};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{SalePayment, SimulatedPurchase, Timestamp, VoidReason, VoidSource};
use crate::state::AppState;

/// What is done to a sale once the player has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finish {
    Acknowledge,
    /// It can be bought again; this acknowledges it too.
    Consume,
}

/// Acknowledges a sale, or consumes one of its products; false when it is in no state for it.
pub(super) async fn finish(
    state: &AppState,
    sale: &SimulatedPurchase,
    product_id: &str,
    what: Finish,
    at: Timestamp,
) -> Result<bool> {
    let write = state.db.write(async |tx| {
        let mut sale = get_sale(tx, sale.environment, &sale.store_app_id, &sale.order_id).await?;
        let details = &mut sale.details;
        let item = details.items.iter_mut().find(|item| item.product_id == product_id);
        let consumed_at = item.map_or(&mut details.consumed_at, |item| &mut item.consumed_at);
        if sale.revoked_at.is_some() || details.payment != SalePayment::Paid || consumed_at.is_some() {
            return Ok(false);
        }
        if what == Finish::Consume {
            *consumed_at = Some(at);
        }
        details.finished_at = details.finished_at.or(Some(at));
        sale.due_at = None;
        db::simulator::update_purchase(tx, &sale).await?;
        Ok(true)
    });
    write.await
}

/// The time to acknowledge a sale is over: the store gives the money back, of a subscription that of the present period too. False
/// when the sale was settled meanwhile.
pub(super) async fn lapse(state: &AppState, sale: &SimulatedPurchase, at: Timestamp) -> Result<bool> {
    let is_done = take_back(state, sale, at).await?;
    let mut tx = state.db.read().await?;
    let chain = db::simulator::find_subscription(&mut tx, &sale.chain_id).await?;
    let present = match &chain {
        Some(chain) => Some(get_present_sale(&mut tx, chain).await?),
        None => None,
    };
    drop(tx);
    let is_later = |later: &SimulatedPurchase| later.order_id != sale.order_id && later.signup_id() == sale.order_id;
    if let Some(present) = present.filter(is_later).filter(|_| is_done) {
        take_back(state, &present, at).await?;
    }
    Ok(is_done)
}

async fn take_back(state: &AppState, sale: &SimulatedPurchase, at: Timestamp) -> Result<bool> {
    let refund = Refund { source: VoidSource::Store, reason: VoidReason::Unacknowledged, ..Refund::default() };
    match settle_at(state, sale, Settle::Refund(refund), at).await {
        Ok(_) => Ok(true),
        Err(Error::Conflict { .. }) => {
            state.db.write(async |tx| db::simulator::clear_due(tx, sale).await).await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
