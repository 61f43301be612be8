//! What a player, the store or the developer does to a simulated subscription. Knows no store.

use super::clock::now;
use super::deliver::wake_sender;
use super::happened::Happened;
use super::life::{recover, resume, sign_up_for_later, touch, upgrade};
use super::settings::require_on;
use super::sign_up::top_up;
use super::subscribe::{OfferTerms, Subscribed, changed_meanwhile, check_plan, get_subscription};
use super::transition::{Transition, get_present_sale};
use super::translate::store_of;
use crate::error::{Error, Result};
use crate::model::{
    LifecycleStatus, Money, Plan, PriceRise, Reason, Revocation, RevocationKind, SimulatedPurchase, SimulatedSubscription,
    SimulatorReason, Timestamp, VoidSource,
};
use crate::state::AppState;

const DAYS_MAX: i64 = 90;

/// One thing that is done to a subscription.
#[derive(Debug, Clone)]
pub enum Change {
    /// The player switches its renewal off, or on again.
    SwitchRenewal(bool),
    /// The developer switches its renewal off, for the player or in his own name.
    StopRenewal { by: VoidSource },
    /// The developer moves its end.
    Defer { millis: i64 },
    /// The player's card is refused from the next renewal on.
    FailBilling,
    /// The card works again; what is owed is charged at once.
    FixBilling,
    /// The player takes another plan of the group: at once (an upgrade), or at the next renewal (a downgrade).
    ChangePlan(PlanChange),
    /// The player goes back to the present plan.
    KeepPlan,
    /// The player redeems an offer for the coming periods.
    Redeem(OfferTerms),
    /// The developer raises the price.
    RaisePrice { price: Money, needs_consent: bool },
    /// The player agrees to the price.
    AcceptPrice,
    /// The developer takes the product off sale: it ends instead of renewing.
    Withdraw,
    /// Local law wants consent to a step of the price; without it, it ends instead of renewing.
    StepUpPrice { price: Money },
    /// The player pays for another period of a prepaid plan; of another length where one is given.
    TopUp { period: Option<String> },
    /// The player removes a further product from the next renewal on.
    RemoveAddOn { product_id: String },
    /// Its end is moved.
    Extend { days: i64 },
    /// It pauses at the end of the period.
    Pause { days: i64 },
    /// The pause ends now, or the one that was to come does not.
    Unpause,
    /// The family member who paid stops sharing, or the organisation takes its seat back.
    Revoke,
}

/// A plan the player takes instead of the present one.
#[derive(Debug, Clone)]
pub struct PlanChange {
    pub plan: Plan,
    /// Else at the next renewal.
    pub at_once: bool,
}

/// Does one thing to a subscription, and notifies of it.
pub async fn change(state: &AppState, chain_id: &str, change: Change) -> Result<Subscribed> {
    require_on(state)?;
    let subscription = get_subscription(state, chain_id).await?;
    let at = now(state).await?;
    let store = store_of(subscription.store)?;
    let last = get_present_sale(&mut state.db.read().await?, &subscription).await?;
    let id = store.order_id(subscription.environment, state.numbers.next_row().await?, at);
    let id = if matches!(change, Change::ChangePlan(_) | Change::TopUp { .. }) { id } else { store.renewal_id(&last, id) };
    let transition = apply(subscription, &last, &id, change, at)?;
    let subscription = transition.subscription.clone();
    let sale = transition.sale.clone().or(transition.changed.clone()).unwrap_or(last);
    let made_at = state.clock.now();
    if !state.db.write(async |tx| transition.commit(tx, made_at).await).await? {
        return Err(changed_meanwhile());
    }
    wake_sender(state);
    let proof = store.prove(state, &sale, subscription.lifecycle.as_of).await?;
    Ok(Subscribed { subscription, proof })
}

fn apply(
    mut subscription: SimulatedSubscription,
    last: &SimulatedPurchase,
    id: &str,
    change: Change,
    at: Timestamp,
) -> Result<Transition> {
    touch(&mut subscription, at);
    let lifecycle = &mut subscription.lifecycle;
    let status = lifecycle.status_at(at);
    let is_over = matches!(status, LifecycleStatus::Expired | LifecycleStatus::Revoked);
    if status == LifecycleStatus::Pending {
        return Err(wrong_state("its first payment has not come in"));
    }
    if is_over && !matches!(change, Change::Revoke) {
        return Err(wrong_state("it has ended; the player can subscribe again"));
    }
    match change {
        Change::SwitchRenewal(_) if lifecycle.is_prepaid => Err(wrong_state("a prepaid plan does not renew")),
        Change::SwitchRenewal(is_on) if lifecycle.renews_after_commitment() == is_on => {
            Err(wrong_state("its renewal is switched that way already"))
        }
        Change::SwitchRenewal(is_on) => Ok(switch_renewal(subscription, (!is_on).then_some(VoidSource::User), at)),
        Change::StopRenewal { by } => Ok(switch_renewal(subscription, Some(by), at)),
        Change::Defer { millis } => postpone(subscription, last, millis, at),
        Change::FailBilling => {
            lifecycle.card_fails = true;
            Ok(Transition::new(subscription, at))
        }
        Change::FixBilling => {
            lifecycle.card_fails = false;
            let owes = lifecycle.retry_since.is_some();
            Ok(if owes { recover(subscription, last, id, at) } else { Transition::new(subscription, at) })
        }
        Change::ChangePlan(to) => change_plan(subscription, last, id, to, at),
        Change::KeepPlan => {
            lifecycle.next_plan.take().ok_or_else(|| wrong_state("no change of plan is pending"))?;
            Ok(Transition::new(subscription, at).happened(Happened::PlanKept))
        }
        Change::Redeem(terms) => {
            lifecycle.offer = Some(terms.begin()?);
            Ok(Transition::new(subscription, at).happened(Happened::OfferRedeemed))
        }
        Change::RaisePrice { price, needs_consent } => {
            lifecycle.price_rise = Some(PriceRise { price, is_accepted: !needs_consent, is_step_up: false });
            Ok(Transition::new(subscription, at).happened(Happened::PriceRaised { needs_consent }))
        }
        Change::StepUpPrice { price } => step_up_price(subscription, price, at),
        Change::TopUp { period } => add_period(subscription, last, id, period, at),
        Change::RemoveAddOn { product_id } => remove_add_on(subscription, &product_id, at),
        Change::AcceptPrice => {
            let rise = lifecycle.price_rise.as_mut().filter(|rise| !rise.is_accepted);
            rise.ok_or_else(|| wrong_state("no price waits for the player's consent"))?.is_accepted = true;
            Ok(Transition::new(subscription, at).happened(Happened::PriceAccepted))
        }
        Change::Withdraw => {
            lifecycle.is_withdrawn = true;
            Ok(Transition::new(subscription, at))
        }
        Change::Extend { days } => extend(subscription, last, days, at),
        Change::Pause { days } => pause(subscription, days, at),
        Change::Unpause => unpause(subscription, last, id, at),
        Change::Revoke => revoke(subscription, last, at),
    }
}

fn step_up_price(mut subscription: SimulatedSubscription, price: Money, at: Timestamp) -> Result<Transition> {
    if !store_of(subscription.store)?.asks_for_step_ups() {
        return Err(wrong_state("its store has no steps"));
    }
    subscription.lifecycle.price_rise = Some(PriceRise { price, is_accepted: false, is_step_up: true });
    Ok(Transition::new(subscription, at).happened(Happened::PriceRaised { needs_consent: true }))
}

fn pause(mut subscription: SimulatedSubscription, days: i64, at: Timestamp) -> Result<Transition> {
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Error::invalid("days", Reason::range(1, DAYS_MAX)));
    }
    let is_running = subscription.lifecycle.auto_renew && subscription.lifecycle.status_at(at) == LifecycleStatus::Active;
    if !subscription.can_pause() || !is_running {
        return Err(wrong_state("only an active subscription that renews, in a store that has pauses, can pause"));
    }
    subscription.lifecycle.pause_days = Some(days);
    Ok(Transition::new(subscription, at).happened(Happened::PauseScheduled))
}

fn unpause(mut subscription: SimulatedSubscription, last: &SimulatedPurchase, id: &str, at: Timestamp) -> Result<Transition> {
    if subscription.lifecycle.pause_days.take().is_some() {
        return Ok(Transition::new(subscription, at).happened(Happened::PauseScheduled));
    }
    match subscription.lifecycle.paused_until.is_some() {
        true => Ok(resume(subscription, last, id, at)),
        false => Err(wrong_state("it does not pause")),
    }
}

/// Tops a prepaid plan up.
fn add_period(
    mut subscription: SimulatedSubscription,
    last: &SimulatedPurchase,
    id: &str,
    period: Option<String>,
    at: Timestamp,
) -> Result<Transition> {
    let lifecycle = &mut subscription.lifecycle;
    if !lifecycle.is_prepaid || lifecycle.status_at(at) != LifecycleStatus::Active {
        return Err(wrong_state("only a prepaid plan that runs is topped up"));
    }
    lifecycle.plan.period = period.unwrap_or_else(|| lifecycle.plan.period.clone());
    check_plan(&lifecycle.plan)?;
    Ok(top_up(subscription, last, id, at).happened(Happened::Resubscribed))
}

fn remove_add_on(mut subscription: SimulatedSubscription, product_id: &str, at: Timestamp) -> Result<Transition> {
    let mut add_ons = subscription.lifecycle.add_ons.iter_mut();
    let found = add_ons.find(|add_on| add_on.product_id == product_id && !add_on.is_removed);
    found.ok_or_else(|| wrong_state("it has no such further product"))?.is_removed = true;
    Ok(Transition::new(subscription, at).happened(Happened::ItemsChanged))
}

/// Switches the renewal off, or on again when nobody does. What was committed to is paid all the same.
fn switch_renewal(mut subscription: SimulatedSubscription, off_by: Option<VoidSource>, at: Timestamp) -> Transition {
    let lifecycle = &mut subscription.lifecycle;
    let is_on = off_by.is_none();
    match &mut lifecycle.installments {
        Some(installments) if installments.remaining > 0 => installments.is_canceled = !is_on,
        _ => lifecycle.auto_renew = is_on,
    }
    lifecycle.canceled_at = off_by.map(|_| at);
    lifecycle.canceled_by = off_by;
    Transition::new(subscription, at).happened(Happened::RenewalSwitched { is_on })
}

fn change_plan(
    mut subscription: SimulatedSubscription,
    last: &SimulatedPurchase,
    id: &str,
    to: PlanChange,
    at: Timestamp,
) -> Result<Transition> {
    let PlanChange { plan, at_once } = to;
    check_plan(&plan)?;
    if plan.product_id == subscription.lifecycle.plan.product_id {
        return Err(Error::invalid("productId", SimulatorReason::PresentPlan));
    }
    if subscription.lifecycle.status_at(at) != LifecycleStatus::Active {
        return Err(wrong_state("the plan can be changed while it is active only"));
    }
    if at_once {
        return Ok(upgrade(subscription, last, id, plan, at).happened(Happened::Upgraded));
    }
    if store_of(subscription.store)?.signs_up_for_later() {
        return Ok(sign_up_for_later(subscription, last, id, plan, at).happened(Happened::Downgraded));
    }
    subscription.lifecycle.next_plan = Some(plan);
    Ok(Transition::new(subscription, at).happened(Happened::Downgraded))
}

/// Moves the end of the present period; what a store does when a developer asks for it.
pub(super) fn extend(
    subscription: SimulatedSubscription,
    last: &SimulatedPurchase,
    days: i64,
    at: Timestamp,
) -> Result<Transition> {
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(Error::invalid("days", Reason::range(1, DAYS_MAX)));
    }
    let lifecycle = &subscription.lifecycle;
    if last.details.is_free_trial() || lifecycle.is_family || lifecycle.is_assigned {
        return Err(wrong_state("only a period that the player paid for is extended"));
    }
    postpone(subscription, last, days * Timestamp::DAY, at)
}

fn postpone(mut subscription: SimulatedSubscription, last: &SimulatedPurchase, millis: i64, at: Timestamp) -> Result<Transition> {
    let lifecycle = &mut subscription.lifecycle;
    if lifecycle.status_at(at) != LifecycleStatus::Active {
        return Err(wrong_state("only an active subscription is extended"));
    }
    lifecycle.period_end = lifecycle.period_end.plus_millis(millis);
    lifecycle.extended_at.push(at);
    subscription.next_at = Some(lifecycle.period_end);
    let mut sale = last.clone();
    sale.details.expires_at = Some(lifecycle.period_end);
    Ok(Transition::new(subscription, at).happened(Happened::Extended).with_changed(sale))
}

fn revoke(mut subscription: SimulatedSubscription, last: &SimulatedPurchase, at: Timestamp) -> Result<Transition> {
    let kind = match (subscription.lifecycle.is_assigned, subscription.lifecycle.is_family) {
        (true, _) => RevocationKind::AssignmentRevoke,
        (false, true) => RevocationKind::FamilyRevoke,
        (false, false) => return Err(wrong_state("only what somebody else pays for is revoked; refund the player's own")),
    };
    if subscription.lifecycle.revoked_at.is_some() {
        return Err(wrong_state("it is revoked already"));
    }
    subscription.lifecycle.revoked_at = Some(at);
    subscription.next_at = None;
    let mut sale = last.clone();
    sale.revoked_at = Some(at);
    sale.details.revocation = Some(Revocation { kind, reason: 0, percentage: None });
    Ok(Transition::new(subscription, at).happened(Happened::Revoked).with_changed(sale))
}

pub(super) fn wrong_state(message: &str) -> Error {
    Error::conflict("WRONG_STATE", message)
}
