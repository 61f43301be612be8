//! Money back: what a store does to a sale when a player asks for it. Knows no store.

use super::change::wrong_state;
use super::clock::now;
use super::deliver::wake_sender;
use super::happened::Happened;
use super::ids::hash_number;
use super::life::touch;
use super::notification::{Dates, Draft};
use super::settings::require_on;
use super::sign_up::{begin_paid, drop_sign_up};
use super::subscribe::changed_meanwhile;
use super::transition::{Transition, get_sale};
use super::translate::finish_by;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{
    Reason, RefundReason, RefundReview, Revocation, RevocationKind, SalePayment, SimulatedPurchase, SimulatedSubscription,
    SimulatorReason, StoreEnvironment, Timestamp, VoidReason, VoidRecord, VoidSource,
};
use crate::state::AppState;

const PERCENT_MILLIS_MAX: i64 = 100_000;

/// One thing that is done to a sale.
#[derive(Debug, Clone)]
pub enum Settle {
    /// The money goes back.
    Refund(Refund),
    /// The player does not get it back.
    DeclineRefund,
    /// A refund is undone.
    ReverseRefund,
    /// The player asks, and the store may ask the developer how far it was used.
    RequestRefund { reason: String },
    /// A payment that was pending comes in.
    Pay,
    /// A payment that was pending never comes.
    DropPayment,
}

/// How the money of a sale goes back.
#[derive(Debug, Clone, Copy)]
pub struct Refund {
    pub is_app_issue: bool,
    /// In part: thousandths of a percent.
    pub percentage: Option<i64>,
    /// In part: so many pieces.
    pub quantity: Option<i64>,
    /// The customer keeps what it was for.
    pub keeps_access: bool,
    pub source: VoidSource,
    pub reason: VoidReason,
}

impl Default for Refund {
    fn default() -> Self {
        Self {
            is_app_issue: false,
            percentage: None,
            quantity: None,
            keeps_access: false,
            source: VoidSource::User,
            reason: VoidReason::Remorse,
        }
    }
}

/// The two clocks at the moment a sale is settled.
#[derive(Debug, Clone, Copy)]
struct Moment {
    /// By the simulated clock.
    at: Timestamp,
    /// By the real clock.
    recorded_at: Timestamp,
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
    let sale = get_sale(&mut state.db.read().await?, environment, store_app_id, order_id).await?;
    settle_at(state, &sale, settle, now(state).await?).await
}

/// The same at a moment of the simulated clock.
pub(super) async fn settle_at(
    state: &AppState,
    sale: &SimulatedPurchase,
    settle: Settle,
    at: Timestamp,
) -> Result<SimulatedPurchase> {
    let mut tx = state.db.read().await?;
    let mut sale = get_sale(&mut tx, sale.environment, &sale.store_app_id, &sale.order_id).await?;
    let chain = db::simulator::find_subscription(&mut tx, &sale.chain_id).await?;
    drop(tx);
    let made_at = state.clock.now();
    let happened = apply(&mut sale, settle, Moment { at, recorded_at: made_at })?;
    match chain {
        Some(chain) => {
            let chain = settle_chain(chain, &mut sale, happened, at);
            let transition = Transition::new(chain, at).happened(happened);
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
fn apply(sale: &mut SimulatedPurchase, settle: Settle, moment: Moment) -> Result<Happened> {
    if sale.details.payment != SalePayment::Paid && !matches!(settle, Settle::Pay | Settle::DropPayment) {
        return Err(wrong_state("it is not paid for"));
    }
    match settle {
        Settle::Refund(refund) => give_back(sale, refund, moment),
        Settle::ReverseRefund => {
            sale.revoked_at.take().ok_or_else(|| wrong_state("it is not refunded"))?;
            sale.details.revocation = None;
            Ok(Happened::RefundReversed)
        }
        Settle::DeclineRefund => Ok(Happened::RefundDeclined),
        Settle::RequestRefund { reason } => {
            let reason = read_reason(&reason)?;
            let token = format!("{:016x}", hash_number(&[&sale.order_id, &moment.at.0.to_string()]));
            sale.details.review = Some(RefundReview { token, asked_at: moment.at, answer: None });
            Ok(Happened::RefundRequested(reason))
        }
        Settle::Pay | Settle::DropPayment if sale.details.payment != SalePayment::Pending => {
            Err(wrong_state("no payment of it is pending"))
        }
        Settle::Pay => {
            sale.details.payment = SalePayment::Paid;
            sale.details.paid_at = Some(moment.at);
            sale.due_at = finish_by(sale, moment.at);
            Ok(Happened::Bought)
        }
        Settle::DropPayment => {
            sale.details.payment = SalePayment::Dropped;
            Ok(Happened::PaymentDropped)
        }
    }
}

fn give_back(sale: &mut SimulatedPurchase, refund: Refund, moment: Moment) -> Result<Happened> {
    if sale.revoked_at.is_some() || (refund.keeps_access && sale.details.refunded_at.is_some()) {
        return Err(wrong_state("it is refunded already"));
    }
    if refund.percentage.is_some_and(|percentage| !(1..PERCENT_MILLIS_MAX).contains(&percentage)) {
        return Err(Error::invalid("percentage", SimulatorReason::NotThousandths { max: PERCENT_MILLIS_MAX }));
    }
    let left = sale.quantity - sale.details.refunded_quantity;
    if refund.quantity.is_some_and(|quantity| !(1..=left).contains(&quantity)) {
        return Err(Error::invalid("quantity", Reason::range(1, left)));
    }
    if refund.keeps_access {
        sale.details.refunded_at = Some(moment.at);
        return Ok(Happened::RefundedAlone);
    }
    let Moment { at, recorded_at } = moment;
    // What a bank asked about and got back is a chargeback.
    let is_chargeback = sale.details.review.is_some() && refund.source == VoidSource::User;
    let reason = if is_chargeback { VoidReason::Chargeback } else { refund.reason };
    let void = VoidRecord { at, recorded_at, source: refund.source, reason, quantity: refund.quantity };
    sale.details.voids.push(void);
    sale.details.refunded_quantity += refund.quantity.unwrap_or(left);
    if sale.details.refunded_quantity < sale.quantity {
        return Ok(Happened::RefundedPart);
    }
    let kind = if refund.percentage.is_some() { RevocationKind::RefundProrated } else { RevocationKind::RefundFull };
    sale.revoked_at = Some(at);
    sale.due_at = None;
    let reason = i64::from(refund.is_app_issue);
    sale.details.revocation = Some(Revocation { kind, reason, percentage: refund.percentage });
    Ok(Happened::Refunded)
}

fn read_reason(text: &str) -> Result<RefundReason> {
    let known = || Reason::one_of(RefundReason::ALL.iter().map(|reason| reason.as_str()));
    text.parse().map_err(|_| Error::invalid("reason", known()))
}

/// The chain of a settled sale: only the present period's refund ends it, and its reversal brings it back. A payment that a sign-up
/// waited for begins its period.
fn settle_chain(
    mut chain: SimulatedSubscription,
    sale: &mut SimulatedPurchase,
    happened: Happened,
    at: Timestamp,
) -> SimulatedSubscription {
    touch(&mut chain, at);
    if sale.order_id != chain.lifecycle.order_id {
        return chain;
    }
    let lifecycle = &mut chain.lifecycle;
    match happened {
        Happened::Bought => begin_paid(&mut chain, sale, at),
        Happened::PaymentDropped => drop_sign_up(&mut chain),
        Happened::Refunded => {
            lifecycle.revoked_at = sale.revoked_at;
            lifecycle.auto_renew = false;
            lifecycle.canceled_at = lifecycle.canceled_at.or(sale.revoked_at);
            lifecycle.canceled_by = lifecycle.canceled_by.or(sale.details.voids.last().map(|void| void.source));
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
    let notifications = Draft::of_sale(&sale, None, dates).write(happened)?;
    let write = state.db.write(async |tx| {
        db::simulator::update_purchase(tx, &sale).await?;
        for notification in &notifications {
            db::simulator::insert_notification(tx, notification).await?;
        }
        Ok(())
    });
    write.await
}
