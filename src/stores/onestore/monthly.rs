//! Monthly payments (`auto`), which nobody can register any more and the old ones go on: their state as of the last payment, without
//! price and developer payload (docs/stores/onestore.md, Monthly payments).

use super::api::Answered;
use super::evidence::evidence_of;
use super::lookup::Named;
use super::managed::{acknowledge_by, is_taken_back, unreadable};
use super::period::begin_of;
use super::wire::MonthlyPurchase;
use super::world::World;
use crate::model::{
    ExpirationReason, Ownership, Purchase, PurchaseKind, RefundedPart, Renewal, Snapshot, StoreFinish, Timestamp,
};
use crate::stores::Refusal;

const BY_CUSTOMER: i64 = 0;

/// Reads a monthly payment: the last paid month, and how it goes on.
pub(super) fn read_monthly(
    world: World,
    named: Named<'_>,
    answered: &Answered<MonthlyPurchase>,
    now: Timestamp,
) -> Result<Snapshot, Refusal> {
    let (data, now) = (&answered.data, answered.said_at.unwrap_or(now));
    let expiry = data.expiry_time.ok_or_else(|| unreadable("the monthly payment has no end"))?;
    let started_at = data.start_time.unwrap_or(now);
    let begin = begin_of(data.last_purchase_id.as_deref(), started_at, now);
    let is_taken_back = is_taken_back(data.last_purchase_state)?;
    let auto_renew = data.auto_renewing.unwrap_or_default();
    let purchase = Purchase {
        order_id: data.last_purchase_id.clone().unwrap_or_else(|| format!("{}:{}", named.token, started_at.0)),
        other_id: None,
        period_id: None,
        original_order_id: named.token.to_owned(),
        previous_chain_id: None,
        product_id: named.product_id.to_owned(),
        quantity: 1,
        account_token: None,
        environment: world.environment(),
        purchased_at: begin.purchased_at,
        started_at: data.start_time,
        expires_at: Some(expiry),
        pending: false,
        never_paid: false,
        revoked_at: is_taken_back.then(|| data.cancelled_time.filter(|at| *at <= now).unwrap_or(now)),
        refund: is_taken_back.then(RefundedPart::default),
        price: None,
        kind: Some(PurchaseKind::AutoRenewable),
        is_renewal: begin.is_renewal,
        is_superseded: false,
        ownership: Ownership::Purchased,
        offer: None,
        group_id: None,
        store_account: None,
        purchase_token: Some(named.token.to_owned()),
        finish: match data.acknowledge_state {
            Some(1) => StoreFinish::Acknowledged,
            _ if is_taken_back || begin.is_renewal || expiry < now => StoreFinish::NotAsked,
            _ => StoreFinish::Until(acknowledge_by(begin.purchased_at)),
        },
        is_provisional: false,
        as_of: now,
        evidence: evidence_of("recurringPurchaseDetails", &answered.value),
    };
    let reason = if data.cancel_reason == Some(BY_CUSTOMER) { ExpirationReason::Canceled } else { ExpirationReason::Other };
    let renewal = Renewal {
        chain_id: named.token.to_owned(),
        next_product_id: Some(named.product_id.to_owned()),
        auto_renew,
        in_retry: false,
        is_paused: false,
        grace_end: None,
        expiration_reason: (!auto_renew).then_some(reason),
        price_consent: None,
        next_price: None,
        renews_at: data.next_payment_time.filter(|_| auto_renew).or(Some(expiry)),
        as_of: now,
    };
    Ok(Snapshot::of(purchase, Some(renewal)))
}
