//! What time does to a simulated subscription: it renews, fails to be billed, runs through grace and retry, and ends. Pure: a
//! subscription goes in, its change comes out. Knows no store.

use super::countries::country_of;
use super::happened::Happened;
use super::period::Period;
use super::transition::Transition;
use super::translate::finish_by;
use crate::model::{
    AddOn, ExpirationReason, Lifecycle, Money, Plan, RunningOffer, SaleItem, SimulatedPurchase, SimulatedSubscription, Timestamp,
};

/// How long a store tries to charge again.
const RETRY_MILLIS: i64 = 60 * Timestamp::DAY;

/// What happens at `next_at`. `last` is the present period's sale, `id` that of the next sale if there is one.
pub(super) fn happen(subscription: &SimulatedSubscription, last: &SimulatedPurchase, id: &str) -> Transition {
    let at = subscription.next_at.unwrap_or(subscription.lifecycle.period_end);
    let mut subscription = subscription.clone();
    touch(&mut subscription, at);
    let lifecycle = &subscription.lifecycle;
    if lifecycle.paused_until.is_some() {
        return resume(subscription, last, id, at);
    }
    match (lifecycle.retry_since, lifecycle.grace_end) {
        (Some(_), _) if !lifecycle.auto_renew => end(subscription, ExpirationReason::Canceled, at),
        (Some(since), Some(grace_end)) if at >= grace_end => {
            subscription.lifecycle.grace_end = None;
            subscription.next_at = Some(since.plus_millis(RETRY_MILLIS));
            Transition::new(subscription, at).happened(Happened::GraceEnded)
        }
        (Some(_), _) => end(subscription, ExpirationReason::BillingError, at),
        (None, _) => renew_or_end(subscription, last, id, at),
    }
}

fn renew_or_end(mut subscription: SimulatedSubscription, last: &SimulatedPurchase, id: &str, at: Timestamp) -> Transition {
    let lifecycle = &mut subscription.lifecycle;
    if !lifecycle.auto_renew {
        return end(subscription, ExpirationReason::Canceled, at);
    }
    if lifecycle.price_rise.as_ref().is_some_and(|rise| !rise.is_accepted) {
        return end(subscription, ExpirationReason::PriceRefused, at);
    }
    if lifecycle.is_withdrawn {
        return end(subscription, ExpirationReason::ProductUnavailable, at);
    }
    if let Some(days) = lifecycle.pause_days.take() {
        let until = at.plus_millis(days * Timestamp::DAY);
        lifecycle.paused_until = Some(until);
        subscription.next_at = Some(until);
        return Transition::new(subscription, at).happened(Happened::Paused);
    }
    if lifecycle.card_fails {
        lifecycle.retry_since = Some(at);
        let grace_end = (lifecycle.grace_days > 0).then(|| at.plus_millis(lifecycle.grace_days * Timestamp::DAY));
        lifecycle.grace_end = grace_end;
        subscription.next_at = Some(grace_end.unwrap_or(at.plus_millis(RETRY_MILLIS)));
        return Transition::new(subscription, at).happened(Happened::RenewalFailed { has_grace: grace_end.is_some() });
    }
    let mut transition = Transition::new(subscription, at);
    transition.sale = Some(charge(&mut transition.subscription, last, id, at));
    transition.happened(Happened::Renewed)
}

/// A pause is over: the next period is charged, or the card is tried again where it is refused.
pub(super) fn resume(mut subscription: SimulatedSubscription, last: &SimulatedPurchase, id: &str, at: Timestamp) -> Transition {
    let lifecycle = &mut subscription.lifecycle;
    lifecycle.paused_until = None;
    if !lifecycle.auto_renew {
        return end(subscription, ExpirationReason::Canceled, at);
    }
    if lifecycle.card_fails {
        lifecycle.retry_since = Some(at);
        subscription.next_at = Some(at.plus_millis(RETRY_MILLIS));
        return Transition::new(subscription, at).happened(Happened::RenewalFailed { has_grace: false });
    }
    let mut transition = Transition::new(subscription, at);
    transition.sale = Some(charge(&mut transition.subscription, last, id, at));
    transition.happened(Happened::Resumed)
}

/// The card works again while billing is retried: it is charged at once. In grace the billing day stays.
pub(super) fn recover(mut subscription: SimulatedSubscription, last: &SimulatedPurchase, id: &str, at: Timestamp) -> Transition {
    let lifecycle = &mut subscription.lifecycle;
    let start = if lifecycle.grace_end.is_some_and(|end| at < end) { lifecycle.period_end } else { at };
    lifecycle.retry_since = None;
    lifecycle.grace_end = None;
    let mut transition = Transition::new(subscription, at);
    transition.sale = Some(charge(&mut transition.subscription, last, id, start));
    transition.happened(Happened::Recovered)
}

fn end(mut subscription: SimulatedSubscription, reason: ExpirationReason, at: Timestamp) -> Transition {
    let lifecycle = &mut subscription.lifecycle;
    lifecycle.expiration = Some(reason);
    lifecycle.auto_renew = false;
    lifecycle.retry_since = None;
    lifecycle.grace_end = None;
    subscription.next_at = None;
    Transition::new(subscription, at).happened(Happened::Expired(reason))
}

/// Starts the next period: its plan, its price, its end.
fn charge(subscription: &mut SimulatedSubscription, last: &SimulatedPurchase, id: &str, start: Timestamp) -> SimulatedPurchase {
    let lifecycle = &mut subscription.lifecycle;
    if let Some(plan) = lifecycle.next_plan.take() {
        lifecycle.plan = plan;
    } else if let Some(rise) = lifecycle.price_rise.take() {
        lifecycle.plan.price = Some(rise.price);
    }
    lifecycle.add_ons.retain(|add_on| !add_on.is_removed);
    let mut sale = last.clone();
    sale.details.is_renewal = true;
    start_period(subscription, sale, id, start)
}

/// The sale of a period that starts, made from an earlier one or from a draft, and the chain moved on to it.
pub(super) fn start_period(
    subscription: &mut SimulatedSubscription,
    mut sale: SimulatedPurchase,
    id: &str,
    start: Timestamp,
) -> SimulatedPurchase {
    let lifecycle = &mut subscription.lifecycle;
    let offer = take_offer(&mut lifecycle.offer);
    let period = offer.as_ref().and_then(own_period).unwrap_or(&lifecycle.plan.period);
    let end = Period::parse(period).map_or(start, |period| period.end(start));
    lifecycle.order_id = id.to_owned();
    lifecycle.period_start = start;
    lifecycle.period_end = end;
    lifecycle.periods_paid += 1;
    lifecycle.revoked_at = None;
    lifecycle.expiration = None;
    lifecycle.paused_until = None;
    pay_installment(lifecycle, start);
    subscription.next_at = Some(end);
    if sale.order_id != id {
        sale.details.paid_at = None;
    }
    sale.order_id = id.to_owned();
    sale.receipt_id = format!("S{id}");
    sale.product_id = lifecycle.plan.product_id.clone();
    sale.price = offer.as_ref().map_or_else(|| lifecycle.plan.price.clone(), |offer| offer.price.clone());
    sale.purchased_at = start;
    sale.revoked_at = None;
    sale.account_token = lifecycle.account_token.clone();
    let details = &mut sale.details;
    details.expires_at = Some(end);
    details.period_start = Some(start);
    details.is_prepaid = lifecycle.is_prepaid;
    details.items = items(lifecycle);
    details.period_id = Some(period_id(id));
    if !details.is_renewal {
        details.previous_signup_id = details.signup_id.replace(id.to_owned());
    }
    details.is_superseded = false;
    details.signup_end = None;
    details.running_order_id = None;
    details.refunded_at = None;
    details.refunded_quantity = 0;
    details.voids = Vec::new();
    details.review = None;
    details.revocation = None;
    details.finished_at = None;
    details.consumption = None;
    details.offer = offer.map(|offer| offer.offer);
    // Of the plan: an offer may have no price to tell it by.
    details.country = Some(country_of(lifecycle.plan.price.as_ref()).to_owned());
    sale.due_at = finish_by(&sale, start);
    sale
}

/// The further products of the period that starts.
fn items(lifecycle: &Lifecycle) -> Vec<SaleItem> {
    let item = |add_on: &AddOn| SaleItem {
        product_id: add_on.product_id.clone(),
        quantity: 1,
        price: add_on.price.clone(),
        consumed_at: None,
    };
    lifecycle.add_ons.iter().map(item).collect()
}

/// One payment less of those that were committed to; a plan that was cancelled before ends with the last of them.
fn pay_installment(lifecycle: &mut Lifecycle, at: Timestamp) {
    let Some(installments) = &mut lifecycle.installments else { return };
    installments.remaining = installments.remaining.saturating_sub(1);
    if installments.is_canceled && installments.remaining == 0 {
        lifecycle.auto_renew = false;
        lifecycle.canceled_at = lifecycle.canceled_at.or(Some(at));
    }
}

/// The offer of the period that starts, and one period less of it.
fn take_offer(running: &mut Option<RunningOffer>) -> Option<RunningOffer> {
    let offer = running.as_mut().filter(|offer| offer.periods_left > 0)?;
    offer.periods_left -= 1;
    let taken = offer.clone();
    if taken.periods_left == 0 {
        *running = None;
    }
    Some(taken)
}

/// What is free or paid once for all lasts as long as the offer says; what is paid as one goes, one of the plan's periods.
fn own_period(offer: &RunningOffer) -> Option<&String> {
    offer.offer.period.as_ref().filter(|_| offer.offer.discount.as_deref() != Some("PAY_AS_YOU_GO"))
}

fn period_id(id: &str) -> String {
    format!("1{}", id.get(1..).unwrap_or(id))
}

/// Dates what the store says next: at the moment, but never at or before what it said last.
pub(super) fn touch(subscription: &mut SimulatedSubscription, at: Timestamp) {
    let lifecycle = &mut subscription.lifecycle;
    lifecycle.as_of = at.max(lifecycle.as_of.plus_millis(1));
}

/// Moves to another plan at once: the period that ran is superseded by one that starts now.
pub(super) fn upgrade(
    mut subscription: SimulatedSubscription,
    last: &SimulatedPurchase,
    id: &str,
    plan: Plan,
    at: Timestamp,
) -> Transition {
    subscription.lifecycle.plan = plan;
    subscription.lifecycle.next_plan = None;
    subscription.lifecycle.pause_days = None;
    let old = supersede(last);
    let mut sale = last.clone();
    sale.details.is_renewal = false;
    sale.details.is_out_of_app = false;
    let mut transition = Transition::new(subscription, at);
    transition.sale = Some(start_period(&mut transition.subscription, sale, id, at));
    transition.changed = Some(old);
    transition
}

/// A sale that another one takes the place of before its end.
pub(super) fn supersede(last: &SimulatedPurchase) -> SimulatedPurchase {
    let mut old = last.clone();
    old.details.is_superseded = true;
    old.due_at = None;
    old
}

/// Signs up for another plan from the end of the period on, where that is a sale of its own: it costs nothing yet.
pub(super) fn sign_up_for_later(
    mut subscription: SimulatedSubscription,
    last: &SimulatedPurchase,
    id: &str,
    plan: Plan,
    at: Timestamp,
) -> Transition {
    let mut sale = last.clone();
    sale.order_id = id.to_owned();
    sale.receipt_id = format!("S{id}");
    sale.product_id = plan.product_id.clone();
    sale.price = plan.price.as_ref().map(|price| Money { price_micros: 0, currency: price.currency.clone() });
    sale.purchased_at = at;
    let details = &mut sale.details;
    details.is_renewal = false;
    details.is_out_of_app = false;
    details.finished_at = None;
    details.running_order_id = Some(details.running_order_id.take().unwrap_or_else(|| last.order_id.clone()));
    details.previous_signup_id = Some(last.signup_id().to_owned());
    details.signup_id = Some(id.to_owned());
    sale.due_at = finish_by(&sale, at);
    subscription.lifecycle.order_id = id.to_owned();
    subscription.lifecycle.next_plan = Some(plan);
    Transition::new(subscription, at).with_sale(sale).with_changed(supersede(last))
}
