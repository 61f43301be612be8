//! Tells stores that buyers have what they bought: a purchase that nobody acknowledges is given back after some days (Google Play:
//! three). Planned in the write that records the purchase; told until the store takes it.

use super::{Backoff, Ctx, Job, Outcome, Pace};
use crate::db::{self, jobs::Claimed, store_snapshots::AppScope};
use crate::error::Result;
use crate::ledger::{FINISH_PURCHASES, note_finished};
use crate::model::{Finish, Payment, PaymentSeq, PaymentStatus, ProjectId, Timestamp, shorten};
use crate::projects;
use crate::stores::{StoreError, Unfinished};
use crate::users::User;

/// The store's words in a reason are no longer.
const REASON_CHARS_MAX: usize = 500;
/// For how long a store that does not know a purchase is told again: until it would give the purchase back.
const TRIED_MILLIS: i64 = 3 * Timestamp::DAY;

/// Acknowledges and consumes at the stores. The subject of the job is the payment's number.
pub struct FinishPurchases;

impl Job for FinishPurchases {
    const KIND: &'static str = FINISH_PURCHASES;
    const PACE: Pace = Pace {
        wake: Some(|wakes| &wakes.finish),
        claimed_max: 64,
        at_once: 8,
        backoff: Backoff::Doubled { first_millis: 5 * Timestamp::SECOND, millis_max: 10 * Timestamp::MINUTE },
        // The alarm is at half of the time the store gives, which `ledger` plans.
        alarm_millis: Some(0),
        ..Pace::every(2)
    };
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        finish(ctx).await.into()
    }
}

async fn finish(ctx: &Ctx<'_, Claimed>) -> Result<Outcome> {
    let (state, project) = (ctx.state, ProjectId(ctx.work.project_id.clone()));
    let seq = PaymentSeq(ctx.work.subject.clone());
    let found = db::payments::find(&mut state.db.read().await?, &project, &seq).await?;
    let waits = |payment: &Payment| payment.finish == Finish::Due && payment.status == PaymentStatus::Success;
    let Some(payment) = found.filter(waits) else { return Ok(Outcome::Done) };
    let Some(purchase_token) = payment.purchase_token.as_deref() else { return Ok(Outcome::Done) };
    let app = projects::store_app_of(state, &project, payment.app_seq).await?;
    let account_token = find_account(ctx, &project, &payment).await?;
    let unfinished = Unfinished {
        purchase_token,
        product_id: &payment.product_id,
        product_type: payment.product_type,
        account_token: account_token.as_deref(),
    };
    let told = state.stores.of(app.store).finish(&app, &unfinished, state.clock.now().into()).await;
    let failure = match told {
        Ok(()) => None,
        Err(StoreError::RateLimited { retry_at, reason }) => return Ok(Outcome::Again { at: retry_at, reason: Some(reason) }),
        Err(failure) if is_final(&failure, ctx.work, state.clock.now()) => {
            Some(shorten(&failure.to_string(), REASON_CHARS_MAX).into_owned())
        }
        Err(failure) => return Err(failure.into()),
    };
    let outcome = if failure.is_none() { "DONE" } else { "FAILED" };
    metrics::counter!("purser_finished_total", "store" => app.store.as_str(), "outcome" => outcome).increment(1);
    let at = state.clock.now();
    let write = state.db.write(async |tx| {
        let is_ours = db::jobs::delete(tx, ctx.work, ctx.lease()).await?;
        if is_ours {
            note_finished(tx, &project, &payment, failure.as_deref(), at).await?;
        }
        Ok(is_ours)
    });
    if write.await? {
        ctx.note_closed();
    }
    Ok(Outcome::Done)
}

/// The account token of the user, of a subscription that goes on from another: it may have been bought at the store, where the app
/// could not give it.
async fn find_account(ctx: &Ctx<'_, Claimed>, project: &ProjectId, payment: &Payment) -> Result<Option<String>> {
    let (true, Some(order_id)) = (payment.product_type.is_subscription(), payment.store_order_id.as_deref()) else {
        return Ok(None);
    };
    let scope = AppScope { project, app: payment.app_seq };
    let stored = db::purchases::find_by_order(&mut ctx.state.db.read().await?, scope, order_id).await?;
    if payment.user_key.is_empty() || stored.is_none_or(|stored| stored.previous_chain_id.is_none()) {
        return Ok(None);
    }
    let user = User { channel: payment.user_channel.clone(), key: payment.user_key.clone() };
    Ok(Some(user.account_token(&ctx.state.keys.tokens, project)))
}

/// Whether telling the store again is of no use: it said that the purchase is in no state for it, or it has gone on saying no for
/// longer than a new purchase may be unknown to it.
fn is_final(failure: &StoreError, claimed: &Claimed, now: Timestamp) -> bool {
    match failure {
        StoreError::Denied(..) => true,
        StoreError::Rejected(_) | StoreError::NotFound(_) | StoreError::Unfit(_) => now.0 - claimed.created_at > TRIED_MILLIS,
        _ => false,
    }
}
