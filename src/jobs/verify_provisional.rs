//! Payments that were granted in outage mode, by their purchase's signature alone: their store is asked until it answers. What it does
//! not stand behind is taken back.

use serde::{Deserialize, Serialize};

use super::{Backoff, Ctx, Job, Outcome, Pace};
use crate::audit::By;
use crate::db::{self, jobs::Claimed};
use crate::error::Result;
use crate::ledger::{VERIFY_PROVISIONAL, take_back_unconfirmed};
use crate::model::{Payment, PaymentSeq, ProjectId, Timestamp, shorten};
use crate::payments::{self, Confirmation};

const BY: By = By::System("outage mode");
/// A store that has just come back may not know yet what it sold: it says no for so long before it is believed.
const DENIED_MILLIS: i64 = 10 * Timestamp::MINUTE;
/// The store's words in a reason are no longer.
const REASON_CHARS_MAX: usize = 500;

/// Kept in the job.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    denied_since: Option<Timestamp>,
}

/// Verifies provisional payments. The subject of the job is the payment's number.
pub struct VerifyProvisional;

impl Job for VerifyProvisional {
    const KIND: &'static str = VERIFY_PROVISIONAL;
    const PACE: Pace = Pace {
        lease_millis: 2 * Timestamp::MINUTE,
        claimed_max: 64,
        at_once: 8,
        backoff: Backoff::Doubled { first_millis: Timestamp::MINUTE, millis_max: Timestamp::HOUR },
        // The alarm is at half of the time the store gives, which `ledger` plans.
        alarm_millis: Some(0),
        ..Pace::every(10)
    };
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        verify(ctx).await.into()
    }
}

async fn verify(ctx: &Ctx<'_, Claimed>) -> Result<Outcome> {
    let (state, project) = (ctx.state, ProjectId(ctx.work.project_id.clone()));
    let progress: Progress = ctx.kept()?;
    let found = db::payments::find(&mut state.db.read().await?, &project, &PaymentSeq(ctx.work.subject.clone())).await?;
    let waits = |payment: &Payment| payment.provisional_since.is_some() && !payment.is_unconfirmed();
    let Some(payment) = found.filter(waits) else { return Ok(Outcome::Done) };
    let confirmed = payments::confirm(state, &project, &payment).await;
    if confirmed.is_err() && progress.denied_since.is_some() {
        // Two no's count only when the store gave no other answer between them.
        ctx.keep(&Progress::default())?;
    }
    let reason = match confirmed? {
        Confirmation::Recorded => {
            count(&payment, "CONFIRMED");
            ctx.count(1);
            return Ok(Outcome::Done);
        }
        Confirmation::Denied(reason) => shorten(&reason, REASON_CHARS_MAX).into_owned(),
    };
    let now = state.clock.now();
    let since = progress.denied_since.unwrap_or(now);
    if now.0 - since.0 < DENIED_MILLIS {
        ctx.keep(&Progress { denied_since: Some(since) })?;
        return Ok(Outcome::Again { at: since.plus_millis(DENIED_MILLIS), reason: Some(reason) });
    }
    let write = state.db.write(async |tx| {
        if !db::jobs::delete(tx, ctx.work, ctx.lease()).await? {
            return Ok(None);
        }
        take_back_unconfirmed(tx, &project, &BY, &payment, &reason, now).await.map(Some)
    });
    let Some(is_taken_back) = write.await? else { return Ok(Outcome::Done) };
    ctx.note_closed();
    if is_taken_back {
        count(&payment, "TAKEN_BACK");
        tracing::error!(payment = %payment.payment_seq, reason, "a payment granted in outage mode was taken back");
    }
    Ok(Outcome::Done)
}

fn count(payment: &Payment, outcome: &'static str) {
    metrics::counter!("purser_provisional_total", "store" => payment.store.as_str(), "outcome" => outcome).increment(1);
}
