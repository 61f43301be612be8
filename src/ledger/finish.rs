//! Telling the store that its buyer has what was bought (Google's acknowledgement and consumption). What has to be told is decided
//! and planned in the write that records the purchase, so that a crash between the two forgets nothing; the job
//! `finish_purchases` tells it.

use super::plan::Planner;
use crate::db::jobs::{Deadline, NewJob, ensure};
use crate::db::store_snapshots::AppScope;
use crate::db::{self, Tx};
use crate::error::Result;
use crate::model::{EventKind, Finish, Payment, PaymentSeq, PaymentStatus, ProductType, ProjectId, StoreFinish, Timestamp};

/// The job that tells the stores; its subject is the payment's number.
pub(crate) const FINISH_PURCHASES: &str = "finish_purchases";

/// A payment whose store has to be told, or asked.
pub(super) struct PlannedFinish {
    pub seq: PaymentSeq,
    /// The store gives the purchase back when it is not told by then.
    pub deadline: Option<Timestamp>,
}

impl PlannedFinish {
    pub(super) fn of(seq: &PaymentSeq, said: StoreFinish) -> Self {
        Self { seq: seq.clone(), deadline: deadline(said) }
    }
}

impl Planner<'_> {
    /// Brings a payment's finish to what the store says, and plans what has to be told to it. Only of a paid purchase whose user is
    /// known: their goods are on their list, or given. What nobody is known for is left to be given back.
    pub(super) fn finish(&mut self, seq: &PaymentSeq, said: StoreFinish) {
        let known = self.known.payment.as_ref().filter(|payment| payment.payment_seq == *seq);
        let Some(payment) = self.books.find(seq).or(known).cloned() else { return };
        let Some(to) = next(&payment, said) else { return };
        if to == Finish::Due && payment.finish != Finish::Due {
            self.finishes.push(PlannedFinish::of(seq, said));
        }
        self.books.take(&payment).finish = to;
    }
}

/// What a payment's finish is after what the store says; none where that changes nothing.
fn next(payment: &Payment, said: StoreFinish) -> Option<Finish> {
    let waits = match said {
        StoreFinish::NotAsked => return None,
        StoreFinish::Until(_) => true,
        StoreFinish::Acknowledged => payment.product_type == ProductType::Consumable,
        StoreFinish::Consumed => false,
    };
    let is_sure = !payment.user_key.is_empty() && payment.provisional_since.is_none();
    let may = payment.status == PaymentStatus::Success && is_sure && !payment.is_before_charge;
    match (waits, payment.finish) {
        (false, _) => Some(Finish::Done),
        (true, Finish::Done) => None,
        (true, _) => may.then_some(Finish::Due),
    }
}

fn deadline(said: StoreFinish) -> Option<Timestamp> {
    match said {
        StoreFinish::Until(deadline) => Some(deadline),
        _ => None,
    }
}

/// Plans to tell the store of a purchase that has just got its user by hand, if the store waits for it.
pub(crate) async fn finish_assigned(tx: &mut Tx, project: &ProjectId, payment: &Payment, at: Timestamp) -> Result<()> {
    let scope = AppScope { project, app: payment.app_seq };
    let Some(order_id) = &payment.store_order_id else { return Ok(()) };
    let Some(stored) = db::purchases::find_by_order(tx, scope, order_id).await? else { return Ok(()) };
    if next(payment, stored.finish) != Some(Finish::Due) || payment.finish == Finish::Due {
        return Ok(());
    }
    db::payments::mark_finish_due(tx, project, &payment.payment_seq, at).await?;
    let planned = PlannedFinish::of(&payment.payment_seq, stored.finish);
    plan_told(tx, project, FINISH_PURCHASES, &planned, at, at).await
}

/// Plans to tell the store once more, after it could not be told for good; false when it could, or is to be told already.
pub(crate) async fn finish_again(tx: &mut Tx, project: &ProjectId, payment: &Payment, at: Timestamp) -> Result<bool> {
    if !db::payments::mark_finish_again(tx, project, &payment.payment_seq, at).await? {
        return Ok(false);
    }
    let scope = AppScope { project, app: payment.app_seq };
    let stored = match &payment.store_order_id {
        Some(order_id) => db::purchases::find_by_order(tx, scope, order_id).await?,
        None => None,
    };
    let planned = PlannedFinish::of(&payment.payment_seq, stored.map(|stored| stored.finish).unwrap_or_default());
    plan_told(tx, project, FINISH_PURCHASES, &planned, at, at).await?;
    Ok(true)
}

/// Plans to tell or ask the store from `due_at` on. People are told when half of the time has passed.
pub(super) async fn plan_told(
    tx: &mut Tx,
    project: &ProjectId,
    kind: &'static str,
    planned: &PlannedFinish,
    due_at: Timestamp,
    at: Timestamp,
) -> Result<()> {
    let deadline = planned.deadline.map(|deadline| {
        let left = (deadline.0 - at.0).max(0);
        Deadline { at: deadline, alarm_at: at.plus_millis(left / 2) }
    });
    let subject = planned.seq.as_str();
    ensure(tx, &NewJob { kind, subject, project, data: "{}", due_at, deadline }, at).await
}

/// Notes that the store was told, or will not be; false when the payment no longer waits for it.
pub(crate) async fn note_finished(
    tx: &mut Tx,
    project: &ProjectId,
    payment: &Payment,
    failure: Option<&str>,
    at: Timestamp,
) -> Result<bool> {
    let to = if failure.is_none() { Finish::Done } else { Finish::Failed };
    if !db::payments::mark_finished(tx, project, &payment.payment_seq, to, at).await? {
        return Ok(false);
    }
    let by = crate::audit::By::System("finish purchases");
    let line = super::event(&by, at, EventKind::Finish, Some(payment.status), payment.status);
    let line = failure.map_or(line.clone(), |reason| super::with_reason(line, reason));
    db::payment_events::insert(tx, project, &payment.payment_seq, &line).await?;
    Ok(true)
}
