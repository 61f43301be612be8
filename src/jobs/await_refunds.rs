//! Refunds a store was asked for and has not made yet: its order waits, and where the player keeps what was bought, no notification
//! tells of the end.

use super::{Backoff, Ctx, Job, Outcome, Pace};
use crate::audit::By;
use crate::db::{self, jobs::Claimed};
use crate::error::Result;
use crate::model::{EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId, Timestamp};
use crate::notifications::refetch_refunded;
use crate::payments::{AWAIT_REFUNDS, Remark, write_remark};

const BY: By = By::System("refund asked for");
/// A store that has not given the money back by then will not.
const ASKED_MILLIS: i64 = 10 * Timestamp::DAY;
const NOT_MADE: &str = "the store has not given the money back within ten days of being asked";

/// Asks about payments whose money a store was asked to give back. The subject of the job is the payment's number.
pub struct AwaitRefunds;

impl Job for AwaitRefunds {
    const KIND: &'static str = AWAIT_REFUNDS;
    const PACE: Pace = Pace {
        claimed_max: 16,
        at_once: 4,
        backoff: Backoff::Doubled { first_millis: 5 * Timestamp::MINUTE, millis_max: 6 * Timestamp::HOUR },
        ..Pace::every(30)
    };
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        ask(ctx).await.into()
    }
}

async fn ask(ctx: &Ctx<'_, Claimed>) -> Result<Outcome> {
    let (state, project) = (ctx.state, ProjectId(ctx.work.project_id.clone()));
    let seq = PaymentSeq(ctx.work.subject.clone());
    let find = async || db::payments::find(&mut state.db.read().await?, &project, &seq).await;
    let Some(payment) = find().await?.filter(|payment| payment.status == PaymentStatus::Success) else {
        return Ok(Outcome::Done);
    };
    let is_over = state.clock.now().0 - ctx.work.created_at > ASKED_MILLIS;
    let asked = refetch_refunded(state, &BY, &project, &payment, false).await;
    if !is_over {
        asked?;
    }
    // Money that is given back alone leaves the payment paid.
    let is_made = |now: &Payment| now.status != PaymentStatus::Success || now.refunded_micros > payment.refunded_micros;
    if find().await?.is_none_or(|now| is_made(&now)) || payment.refunded_micros.is_some_and(|micros| micros > 0) {
        ctx.count(1);
        return Ok(Outcome::Done);
    }
    let now = state.clock.now();
    if let Some(pause) = AwaitRefunds::PACE.backoff.pause_millis(ctx.work.attempts).filter(|_| !is_over) {
        let reason = Some("the store has not given the money back yet".to_owned());
        return Ok(Outcome::Again { at: now.plus_millis(pause), reason });
    }
    let remark = Remark { by: &BY, kind: EventKind::Note, reason: NOT_MADE, evidence: None, at: now };
    state.db.write(async |tx| write_remark(tx, &project, &payment, remark).await).await?;
    Ok(Outcome::Done)
}
