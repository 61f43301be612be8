//! Giving a purchase's money back at its store, where the store lets a server do it.

use serde_json::json;

use super::recheck::{Remark, write_remark};
use super::refund::required_reason;
use crate::audit::{self, By, Change};
use crate::db::jobs::{NewJob, ensure};
use crate::error::{Error, Result};
use crate::model::{Ability, EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId, Timestamp};
use crate::notifications;
use crate::projects;
use crate::state::AppState;
use crate::stores::{Action, Asking, StoreError, Subject};

/// The job that asks about refunds that were asked for; its subject is the payment's number.
pub(crate) const AWAIT_REFUNDS: &str = "await_refunds";
/// A store makes most refunds at once; this long after it was asked it is asked about them.
const AWAITED_MILLIS: i64 = Timestamp::MINUTE;

/// How a purchase is given back.
#[derive(Debug, Clone, Copy)]
pub struct StoreRefund<'a> {
    /// Whether what was bought is taken away with the money.
    pub ends_access: bool,
    /// Whether what else was paid for in the same order may be given back with it: a store gives back whole orders.
    pub whole_order: bool,
    /// For the timeline and the audit log.
    pub reason: &'a str,
}

/// Has the store give a payment's money back, and gives the payment as the store's answer leaves it. Asks for the right, or a
/// secret key, at the edge.
pub async fn refund_at_store(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    seq: &PaymentSeq,
    input: StoreRefund<'_>,
) -> Result<Payment> {
    let reason = required_reason(input.reason)?;
    let before = super::find(state, project, seq).await?;
    let store = state.stores.of(before.store);
    if !store.can(Ability::Refund) {
        return Err(Error::conflict("NOT_OFFERED_BY_STORE", "the payment's store lets no server give money back"));
    }
    let order_id = before.store_order_id.as_deref().filter(|_| before.status == PaymentStatus::Success);
    let not_paid = || Error::conflict("NOT_REFUNDABLE", format!("a payment that is {} has no money to give back", before.status));
    let order_id = order_id.ok_or_else(not_paid)?;
    let beside = super::list_paid_beside(state, project, &before).await?;
    if !input.whole_order && !beside.is_empty() {
        let others: Vec<&str> = beside.iter().map(|seq| seq.0.as_str()).collect();
        let reason =
            format!("the store gives the whole order back, also the payments {}: say so with wholeOrder", others.join(", "));
        return Err(Error::conflict("ORDER_HAS_OTHER_PAYMENTS", reason));
    }
    let app = projects::store_app_of(state, project, before.app_seq).await?;
    let (at, action) = (state.clock.now(), Action::Refund { ends_access: input.ends_access });
    let words = match input.ends_access {
        true => format!("the store was asked to give the money back and take the purchase away: {reason}"),
        false => format!("the store was asked to give the money back and leave the purchase: {reason}"),
    };
    // Written down before: an answer that is lost on its way leaves a trace.
    state
        .db
        .write(async |tx| {
            let remark = Remark { by, kind: EventKind::Note, reason: &words, evidence: None, at };
            write_remark(tx, project, &before, remark).await?;
            let change = Change {
                action: "payment.refund_at_store",
                project: Some(project),
                target: format!("payment:{seq}"),
                before: Some(json!({ "status": before.status })),
                after: Some(json!({ "endsAccess": input.ends_access, "alsoGivenBack": beside, "reason": reason })),
            };
            audit::record(tx, by, at, change).await
        })
        .await?;
    if let Err(failure) = store.act(&app, Subject::of(order_id), &action, Asking::of(by.actor(), at)).await {
        let words = format!("the store did not do it, or its answer was lost: {failure}");
        let at = state.clock.now();
        let write = state.db.write(async |tx| {
            let remark = Remark { by, kind: EventKind::Note, reason: &words, evidence: None, at };
            write_remark(tx, project, &before, remark).await
        });
        write.await?;
        return Err(store_refusal(failure));
    }
    let (kind, subject, due_at) = (AWAIT_REFUNDS, seq.as_str(), state.clock.now().plus_millis(AWAITED_MILLIS));
    let job = NewJob { kind, subject, project, data: "{}", due_at, deadline: None };
    state.db.write(async |tx| ensure(tx, &job, at).await).await?;
    // The store's notification follows too; should it not answer now, what was done stands all the same.
    let refetched = notifications::refetch_refunded(state, by, project, &before, input.ends_access).await;
    if let Err(error) = refetched {
        tracing::warn!(payment = %seq, %error, "a payment could not be re-checked yet after the store gave its money back");
    }
    super::find(state, project, seq).await
}

/// A store's no to something it was asked to do, as the caller is told.
pub(crate) fn store_refusal(error: StoreError) -> Error {
    match error {
        StoreError::Denied(_, reason) | StoreError::Rejected(reason) => Error::conflict("STORE_REFUSED", reason),
        StoreError::NotFound(_) => Error::NotFound("purchase in the store"),
        other => other.into(),
    }
}
