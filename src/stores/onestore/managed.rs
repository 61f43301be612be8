//! Managed products (docs/stores/onestore.md, Managed products).

use super::api::Answered;
use super::evidence::evidence_of;
use super::lookup::Named;
use super::wire::{ManagedPurchase, read_account_token};
use super::world::World;
use crate::model::{Ownership, Purchase, PurchaseKind, RefundedPart, RefusalCode, StoreFinish, Timestamp};
use crate::stores::Refusal;

/// ONE store gives a purchase back that is neither acknowledged nor consumed by then.
const ACKNOWLEDGE_MILLIS: i64 = 3 * Timestamp::DAY;
const PURCHASED: i64 = 0;
/// Cancelled, and refunded as ONE store's client libraries call it.
const TAKEN_BACK: [i64; 2] = [1, 2];
const DONE: i64 = 1;

/// When a purchase must be acknowledged that was made at a moment.
pub(super) fn acknowledge_by(purchased_at: Timestamp) -> Timestamp {
    purchased_at.plus_millis(ACKNOWLEDGE_MILLIS)
}

/// Whether a purchase was taken back; only what ONE store calls purchased is paid for.
pub(super) fn is_taken_back(state: Option<i64>) -> Result<bool, Refusal> {
    match state {
        Some(PURCHASED) => Ok(false),
        Some(state) if TAKEN_BACK.contains(&state) => Ok(true),
        _ => Err(unreadable("the purchase's state is new to us")),
    }
}

/// Reads a purchase of a managed product. ONE store says neither its product nor its price: the product is proved by the address it was
/// asked at.
pub(super) fn read_managed(
    world: World,
    named: Named<'_>,
    answered: &Answered<ManagedPurchase>,
    now: Timestamp,
) -> Result<Purchase, Refusal> {
    let (data, now) = (&answered.data, answered.said_at.unwrap_or(now));
    let is_taken_back = is_taken_back(data.purchase_state)?;
    let purchased_at = data.purchase_time.unwrap_or(now);
    let order_id = data.purchase_id.clone().unwrap_or_else(|| named.token.to_owned());
    Ok(Purchase {
        original_order_id: order_id.clone(),
        order_id,
        other_id: None,
        // A token is one purchase, whatever product somebody asks for it with.
        period_id: Some(named.token.to_owned()),
        previous_chain_id: None,
        product_id: named.product_id.to_owned(),
        quantity: data.quantity.and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0).unwrap_or(1),
        account_token: read_account_token(data.developer_payload.as_deref()),
        environment: world.environment(),
        purchased_at,
        started_at: None,
        expires_at: None,
        pending: false,
        never_paid: false,
        // ONE store does not say when.
        revoked_at: is_taken_back.then_some(now),
        refund: is_taken_back.then(RefundedPart::default),
        price: None,
        kind: Some(PurchaseKind::OneTime),
        is_renewal: false,
        is_superseded: false,
        ownership: Ownership::Purchased,
        offer: None,
        group_id: None,
        store_account: None,
        purchase_token: Some(named.token.to_owned()),
        finish: finish(data, is_taken_back, purchased_at),
        is_provisional: false,
        as_of: now,
        evidence: evidence_of("purchaseDetails", &answered.value),
    })
}

fn finish(data: &ManagedPurchase, is_taken_back: bool, purchased_at: Timestamp) -> StoreFinish {
    match () {
        () if is_taken_back => StoreFinish::NotAsked,
        () if data.consumption_state == Some(DONE) => StoreFinish::Consumed,
        () if data.acknowledge_state == Some(DONE) => StoreFinish::Acknowledged,
        () => StoreFinish::Until(acknowledge_by(purchased_at)),
    }
}

/// An answer we can't read may be read by a newer server: the proof is not called invalid.
pub(super) fn unreadable(why: &str) -> Refusal {
    Refusal::new(RefusalCode::StoreUnavailable, format!("ONE store's answer can't be read: {why}"))
}
