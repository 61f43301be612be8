//! Money back: what the App Store does to a transaction when a player asks for it.

use serde_json::{Value, json};

use super::change::wrong_state;
use super::clock::now;
use super::deliver::wake_sender;
use super::life::touch;
use super::settings::require_on;
use super::subscribe::changed_meanwhile;
use super::transition::{About, Dates, Notified, Transition, get_sale, notification};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{
    Reason, Revocation, RevocationKind, SimulatedPurchase, SimulatedSubscription, SimulatorReason, StoreEnvironment, Timestamp,
};
use crate::state::AppState;
use crate::stores::simulator::transaction;

const PERCENT_MILLIS_MAX: i64 = 100_000;
const REASONS: [&str; 5] = ["UNINTENDED_PURCHASE", "FULFILLMENT_ISSUE", "UNSATISFIED_WITH_PURCHASE", "LEGAL", "OTHER"];

/// One thing that is done to a transaction.
#[derive(Debug, Clone)]
pub enum Settle {
    /// The money goes back; in part when a percentage (in thousandths) is given.
    Refund { is_app_issue: bool, percentage: Option<i64> },
    /// The player does not get it back.
    DeclineRefund,
    /// A refund is undone.
    ReverseRefund,
    /// The player asks, and the App Store asks the developer how far it was used.
    RequestRefund { reason: String },
}

/// Does one thing to a transaction, and tells of it; gives the transaction as it stands.
pub async fn settle(
    state: &AppState,
    world: StoreEnvironment,
    store_app_id: &str,
    order_id: &str,
    settle: Settle,
) -> Result<SimulatedPurchase> {
    require_on(state)?;
    let mut tx = state.db.read().await?;
    let sale = get_sale(&mut tx, world, store_app_id, order_id).await?;
    let chain = db::simulator::find_subscription(&mut tx, &sale.chain_id).await?;
    drop(tx);
    let at = now(state).await?;
    let (sale, told, data) = apply(sale, settle, at)?;
    let made_at = state.clock.now();
    match chain {
        Some(chain) => {
            let mut step = Transition::new(settle_chain(chain, &sale, told, at), at).notify(told.0, told.1);
            step.changed = Some(sale.clone());
            step.data = data;
            if !state.db.write(async |tx| step.commit(tx, made_at).await).await? {
                return Err(changed_meanwhile());
            }
        }
        None => keep_alone(state, sale.clone(), told, data, (at, made_at)).await?,
    }
    wake_sender(state);
    Ok(sale)
}

fn apply(mut sale: SimulatedPurchase, settle: Settle, at: Timestamp) -> Result<(SimulatedPurchase, Notified, Value)> {
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
            Ok((sale, ("REFUND", None), json!({})))
        }
        Settle::ReverseRefund => {
            sale.revoked_at.take().ok_or_else(|| wrong_state("it is not refunded"))?;
            sale.details.revocation = None;
            Ok((sale, ("REFUND_REVERSED", None), json!({})))
        }
        Settle::DeclineRefund => Ok((sale, ("REFUND_DECLINED", None), json!({}))),
        Settle::RequestRefund { reason } => {
            if !REASONS.contains(&reason.as_str()) {
                return Err(Error::invalid("reason", Reason::one_of(REASONS)));
            }
            Ok((sale, ("CONSUMPTION_REQUEST", None), json!({ "consumptionRequestReason": reason })))
        }
    }
}

/// The chain of a settled transaction: only the present period's refund ends it, and its reversal brings it back.
fn settle_chain(
    mut chain: SimulatedSubscription,
    sale: &SimulatedPurchase,
    told: Notified,
    at: Timestamp,
) -> SimulatedSubscription {
    touch(&mut chain, at);
    let lifecycle = &mut chain.lifecycle;
    if sale.order_id != lifecycle.order_id {
        return chain;
    }
    match told.0 {
        "REFUND" => {
            lifecycle.revoked_at = sale.revoked_at;
            lifecycle.auto_renew = false;
            chain.next_at = None;
        }
        "REFUND_REVERSED" => {
            lifecycle.revoked_at = None;
            chain.next_at = lifecycle.expiration_intent.is_none().then_some(lifecycle.period_end);
        }
        _ => {}
    }
    chain
}

async fn keep_alone(
    state: &AppState,
    mut sale: SimulatedPurchase,
    told: Notified,
    mut data: Value,
    (at, made_at): (Timestamp, Timestamp),
) -> Result<()> {
    let signed_at = sale.details.signed_at.map_or(at, |last| at.max(last.plus_millis(1)));
    sale.details.signed_at = Some(signed_at);
    data["transaction"] = transaction(&sale, signed_at);
    let notification = notification(About::of(&sale), told, data, Dates { signed_at, due_at: at, made_at });
    let write = state.db.write(async |tx| {
        db::simulator::update_purchase(tx, &sale).await?;
        db::simulator::insert_notification(tx, &notification).await
    });
    write.await
}
