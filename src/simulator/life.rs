//! What time does to a simulated subscription: it renews, fails to be billed, runs through grace and retry, and ends
//! (apple.md 6.2). Pure: the books go in, the change comes out.

use super::period::Period;
use super::step::Step;
use crate::model::{Plan, RunningOffer, SimulatedPurchase, SimulatedSubscription, Timestamp};

/// How long the App Store tries to charge again.
const RETRY_MILLIS: i64 = 60 * Timestamp::DAY;

/// Why it ended, in the App Store's numbers.
mod intent {
    pub const CANCELED: i64 = 1;
    pub const BILLING: i64 = 2;
    pub const PRICE_REFUSED: i64 = 3;
    pub const NOT_FOR_SALE: i64 = 4;
}

/// What happens at `next_at`. `last` is the present period's transaction, `id` that of the next if there is one.
pub(super) fn happen(subscription: &SimulatedSubscription, last: &SimulatedPurchase, id: &str) -> Step {
    let at = subscription.next_at.unwrap_or(subscription.course.period_end);
    let mut subscription = subscription.clone();
    touch(&mut subscription, at);
    let course = &subscription.course;
    match (course.retry_since, course.grace_end) {
        (Some(_), _) if !course.auto_renew => end(subscription, intent::CANCELED, "VOLUNTARY", at),
        (Some(since), Some(grace_end)) if at >= grace_end => {
            subscription.course.grace_end = None;
            subscription.next_at = Some(since.plus_millis(RETRY_MILLIS));
            Step::new(subscription, at).tell("GRACE_PERIOD_EXPIRED", None)
        }
        (Some(_), _) => end(subscription, intent::BILLING, "BILLING_RETRY", at),
        (None, _) => renew_or_end(subscription, last, id, at),
    }
}

fn renew_or_end(mut subscription: SimulatedSubscription, last: &SimulatedPurchase, id: &str, at: Timestamp) -> Step {
    let course = &mut subscription.course;
    if !course.auto_renew {
        return end(subscription, intent::CANCELED, "VOLUNTARY", at);
    }
    if course.price_rise.as_ref().is_some_and(|rise| !rise.is_accepted) {
        return end(subscription, intent::PRICE_REFUSED, "PRICE_INCREASE", at);
    }
    if course.is_withdrawn {
        return end(subscription, intent::NOT_FOR_SALE, "PRODUCT_NOT_FOR_SALE", at);
    }
    if course.card_fails {
        course.retry_since = Some(at);
        let grace_end = (course.grace_days > 0).then(|| at.plus_millis(course.grace_days * Timestamp::DAY));
        course.grace_end = grace_end;
        subscription.next_at = Some(grace_end.unwrap_or(at.plus_millis(RETRY_MILLIS)));
        return Step::new(subscription, at).tell("DID_FAIL_TO_RENEW", grace_end.map(|_| "GRACE_PERIOD"));
    }
    let mut step = Step::new(subscription, at);
    step.sale = Some(charge(&mut step.subscription, last, id, at));
    step.tell("DID_RENEW", None)
}

/// The card works again while billing is retried: it is charged at once. In grace the billing day stays.
pub(super) fn recover(mut subscription: SimulatedSubscription, last: &SimulatedPurchase, id: &str, at: Timestamp) -> Step {
    let course = &mut subscription.course;
    let start = if course.grace_end.is_some_and(|end| at < end) { course.period_end } else { at };
    course.retry_since = None;
    course.grace_end = None;
    let mut step = Step::new(subscription, at);
    step.sale = Some(charge(&mut step.subscription, last, id, start));
    step.tell("DID_RENEW", Some("BILLING_RECOVERY"))
}

fn end(mut subscription: SimulatedSubscription, intent: i64, subtype: &'static str, at: Timestamp) -> Step {
    let course = &mut subscription.course;
    course.expiration_intent = Some(intent);
    course.auto_renew = false;
    course.retry_since = None;
    course.grace_end = None;
    subscription.next_at = None;
    Step::new(subscription, at).tell("EXPIRED", Some(subtype))
}

/// Starts the next period: its plan, its price, its end.
fn charge(subscription: &mut SimulatedSubscription, last: &SimulatedPurchase, id: &str, start: Timestamp) -> SimulatedPurchase {
    let course = &mut subscription.course;
    if let Some(plan) = course.next_plan.take() {
        course.plan = plan;
    } else if let Some(rise) = course.price_rise.take() {
        course.plan.price = Some(rise.price);
    }
    let mut sale = last.clone();
    sale.details.is_renewal = true;
    start_period(subscription, sale, id, start)
}

/// The transaction of a period that starts, made from an earlier one or from a draft, and the chain moved on to it.
pub(super) fn start_period(
    subscription: &mut SimulatedSubscription,
    mut sale: SimulatedPurchase,
    id: &str,
    start: Timestamp,
) -> SimulatedPurchase {
    let course = &mut subscription.course;
    let offer = take_offer(&mut course.offer);
    let period = offer.as_ref().and_then(own_period).unwrap_or(&course.plan.period);
    let end = Period::parse(period).map_or(start, |period| period.end(start));
    course.order_id = id.to_owned();
    course.period_start = start;
    course.period_end = end;
    course.periods_paid += 1;
    course.revoked_at = None;
    course.expiration_intent = None;
    subscription.next_at = Some(end);
    sale.order_id = id.to_owned();
    sale.receipt_id = format!("S{id}");
    sale.product_id = course.plan.product_id.clone();
    sale.price = offer.as_ref().map_or_else(|| course.plan.price.clone(), |offer| offer.price.clone());
    sale.purchased_at = start;
    sale.revoked_at = None;
    sale.account_token = course.account_token.clone();
    let details = &mut sale.details;
    details.expires_at = Some(end);
    details.line_item_id = Some(line_item_id(id));
    details.is_upgraded = false;
    details.revocation = None;
    details.finished_at = None;
    details.consumption = None;
    details.offer = offer.map(|offer| offer.offer);
    sale
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

fn line_item_id(id: &str) -> String {
    format!("1{}", id.get(1..).unwrap_or(id))
}

/// Dates what is signed next: at the moment, but never at or before what was signed last.
pub(super) fn touch(subscription: &mut SimulatedSubscription, at: Timestamp) {
    let course = &mut subscription.course;
    course.signed_at = at.max(course.signed_at.plus_millis(1));
}

/// Moves to another plan at once: the period that ran is superseded by one that starts now.
pub(super) fn upgrade(
    mut subscription: SimulatedSubscription,
    last: &SimulatedPurchase,
    id: &str,
    plan: Plan,
    at: Timestamp,
) -> Step {
    subscription.course.plan = plan;
    subscription.course.next_plan = None;
    let mut old = last.clone();
    old.details.is_upgraded = true;
    let mut sale = last.clone();
    sale.details.is_renewal = false;
    let mut step = Step::new(subscription, at);
    step.sale = Some(start_period(&mut step.subscription, sale, id, at));
    step.changed = Some(old);
    step
}
