//! Sign-ups that are more than a first charge: those that wait for their payment, and prepaid plans that are topped up. Pure, as
//! `life` is. Knows no store.

use super::life::{start_period, supersede};
use super::transition::Transition;
use super::translate::finish_by;
use crate::model::{ExpirationReason, SalePayment, SimulatedPurchase, SimulatedSubscription, Timestamp};

/// The sale of a sign-up that waits for its payment, made from a draft: no period begins.
pub(super) fn wait_for_payment(
    subscription: &mut SimulatedSubscription,
    draft: SimulatedPurchase,
    id: &str,
    at: Timestamp,
) -> SimulatedPurchase {
    let lifecycle = &mut subscription.lifecycle;
    lifecycle.is_pending = true;
    lifecycle.order_id = id.to_owned();
    lifecycle.period_start = at;
    lifecycle.period_end = at;
    lifecycle.revoked_at = None;
    lifecycle.expiration = None;
    lifecycle.paused_until = None;
    subscription.next_at = None;
    let mut sale = SimulatedPurchase {
        order_id: id.to_owned(),
        receipt_id: format!("S{id}"),
        product_id: lifecycle.plan.product_id.clone(),
        price: lifecycle.plan.price.clone(),
        purchased_at: at,
        account_token: lifecycle.account_token.clone(),
        ..draft
    };
    sale.details.payment = SalePayment::Pending;
    sale.details.expires_at = None;
    sale
}

/// The payment a sign-up waited for came in: its first period begins.
pub(super) fn begin_paid(subscription: &mut SimulatedSubscription, sale: &mut SimulatedPurchase, at: Timestamp) {
    subscription.lifecycle.is_pending = false;
    let (id, purchased_at) = (sale.order_id.clone(), sale.purchased_at);
    let begun = start_period(subscription, sale.clone(), &id, at);
    *sale = SimulatedPurchase { purchased_at, ..begun };
}

/// The payment never came: nothing was ever subscribed to.
pub(super) fn drop_sign_up(subscription: &mut SimulatedSubscription) {
    let lifecycle = &mut subscription.lifecycle;
    lifecycle.is_pending = false;
    lifecycle.auto_renew = false;
    lifecycle.expiration = Some(ExpirationReason::Canceled);
    subscription.next_at = None;
}

/// Pays for one more period of a prepaid plan: a sign-up of its own, whose period follows the one that runs.
pub(super) fn top_up(mut subscription: SimulatedSubscription, last: &SimulatedPurchase, id: &str, at: Timestamp) -> Transition {
    let start = subscription.lifecycle.period_end;
    let mut draft = last.clone();
    draft.details.is_renewal = false;
    draft.details.is_out_of_app = false;
    let sale = start_period(&mut subscription, draft, id, start);
    let mut sale = SimulatedPurchase { purchased_at: at, ..sale };
    sale.due_at = finish_by(&sale, at);
    Transition::new(subscription, at).with_sale(sale).with_changed(supersede(last))
}
