//! What payments' states mean, for whoever answers their players.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::db;
use crate::error::Result;
use crate::ledger::FINISH_PURCHASES;
use crate::model::{
    Answer, AppSeq, Circumstances, Finish, Payment, PaymentStatus, ProductType, ProjectId, Subscription, Timestamp, answer,
};
use crate::state::AppState;

/// Two purchases of one product so near to each other look like one that was paid twice.
const TWICE_MILLIS: i64 = 2 * Timestamp::MINUTE;

/// Where a payment stands, and what has to be done about it next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    pub answer: Answer,
    /// Until when the store has to be told that the player has what was bought, where it waits for that.
    pub finish_until: Option<Timestamp>,
}

/// Explains payments of the project, in their order.
pub async fn explain(state: &AppState, project: &ProjectId, payments: &[Payment]) -> Result<Vec<Explained>> {
    let seqs: Vec<_> = payments.iter().map(|payment| payment.payment_seq.clone()).collect();
    let due = payments.iter().filter(|payment| payment.finish == Finish::Due && payment.status == PaymentStatus::Success);
    let due: Vec<&str> = due.map(|payment| payment.payment_seq.as_str()).collect();
    let mut tx = state.db.read().await?;
    let events = db::payment_events::list_changes(&mut tx, project, &seqs).await?;
    let deadlines = db::jobs::list_deadlines(&mut tx, project, FINISH_PURCHASES, &due).await?;
    let mut chains: HashMap<(AppSeq, &str), Option<Subscription>> = HashMap::new();
    for payment in payments.iter().filter(|payment| payment.product_type == ProductType::AutoSubscription) {
        let Some(chain_id) = payment.original_order_id.as_deref() else { continue };
        if let std::collections::hash_map::Entry::Vacant(place) = chains.entry((payment.app_seq, chain_id)) {
            place.insert(db::subscriptions::find_by_chain(&mut tx, project, payment.app_seq, chain_id).await?);
        }
    }
    drop(tx);
    let now = state.clock.now();
    let explained = payments.iter().map(|payment| {
        let chain = payment.original_order_id.as_deref().and_then(|chain_id| chains.get(&(payment.app_seq, chain_id)));
        let known = Circumstances {
            now,
            events: events.get(&payment.payment_seq).map(Vec::as_slice).unwrap_or_default(),
            subscription: chain.and_then(Option::as_ref),
        };
        let finish_until = deadlines.iter().find(|(seq, _)| seq == payment.payment_seq.as_str()).map(|(_, until)| *until);
        Explained { answer: answer(payment, &known), finish_until }
    });
    Ok(explained.collect())
}

/// The purchases that look like this one paid once more: of the same user and product, paid within two minutes of it. A
/// subscription's periods are not.
pub async fn list_duplicates(state: &AppState, project: &ProjectId, payment: &Payment) -> Result<Vec<Payment>> {
    let is_paid = matches!(payment.status, PaymentStatus::Success | PaymentStatus::Refund);
    if !is_paid || payment.user_key.is_empty() || payment.product_type.is_subscription() {
        return Ok(Vec::new());
    }
    db::payments::list_duplicates(&mut state.db.read().await?, project, payment, TWICE_MILLIS).await
}

/// Whether two payments look like one that was paid twice.
pub fn is_duplicate(one: &Payment, other: &Payment) -> bool {
    let is_paid = |payment: &Payment| matches!(payment.status, PaymentStatus::Success | PaymentStatus::Refund);
    let is_same = one.product_seq == other.product_seq && one.environment == other.environment;
    let is_users = !one.user_key.is_empty() && one.user_key == other.user_key && one.user_channel == other.user_channel;
    let is_near = (one.paid_at().0 - other.paid_at().0).abs() <= TWICE_MILLIS;
    one.payment_seq != other.payment_seq
        && is_paid(one)
        && is_paid(other)
        && is_same
        && is_users
        && is_near
        && !one.product_type.is_subscription()
}
