//! Subscriptions nothing was heard of. A store that keeps no list of the notifications it sent is asked about each that runs once a
//! day, and about each that ended by our clock alone: a notification that never came is found all the same.

use futures::StreamExt;
use serde::{Deserialize, Serialize};

use super::plan::find_app;
use super::{Backoff, Ctx, Job, Outcome, Pace};
use crate::audit::By;
use crate::db::jobs::Claimed;
use crate::db::subscriptions::{NotAsked, list_not_asked};
use crate::error::{Error, Result};
use crate::model::{ProjectId, Subscription, SubscriptionId, Timestamp};
use crate::notifications::refetch_subscription;
use crate::state::AppState;
use crate::stores::StoreApp;

const BY: By = By::System("subscriptions not heard of");
const ROUND_MILLIS: i64 = 10 * Timestamp::MINUTE;
/// What a store said is taken to hold for so long.
const HOLDS_MILLIS: i64 = Timestamp::DAY;
/// A subscription that its store does not know is asked about no longer than this after its end.
const ENDED_MILLIS: i64 = 3 * Timestamp::DAY;
const ROWS_A_PASS: i64 = 200;
/// Passes of one run; what is left waits for the next.
const PASSES_MAX: usize = 10;
/// So many of a pass that the store does not answer are their own matter; of more, the store is away.
const FAILURES_MAX: usize = 8;
/// Fewer than a store is asked at once, so that whoever waits for an answer comes first.
const AT_ONCE: usize = 4;

/// The last one asked about in this round; kept in the job.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    after: Option<SubscriptionId>,
}

/// Asks about an app's subscriptions that nothing was heard of. The subject of the job is the app's number.
pub struct PollSubscriptions;

impl Job for PollSubscriptions {
    const KIND: &'static str = "poll_subscriptions";
    const PACE: Pace = Pace {
        lease_millis: 30 * Timestamp::MINUTE,
        backoff: Backoff::Doubled { first_millis: 2 * Timestamp::MINUTE, millis_max: Timestamp::HOUR },
        ..Pace::every(10)
    };
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        poll(ctx).await.into()
    }
}

async fn poll(ctx: &Ctx<'_, Claimed>) -> Result<Outcome> {
    let mut progress: Progress = serde_json::from_str(&ctx.work.data).map_err(Error::internal)?;
    let Some((project, app)) = find_app(ctx.state, ctx.work).await? else { return Ok(Outcome::Done) };
    let result = ask_for_some(ctx, &project, &app, &mut progress).await;
    ctx.keep(&progress)?;
    let pause = if result? { ROUND_MILLIS } else { 0 };
    Ok(Outcome::Again { at: ctx.state.clock.now().plus_millis(pause), reason: None })
}

/// Goes on from where it was; true when the round is over.
async fn ask_for_some(ctx: &Ctx<'_, Claimed>, project: &ProjectId, app: &StoreApp, progress: &mut Progress) -> Result<bool> {
    for _ in 0..PASSES_MAX {
        let now = ctx.state.clock.now();
        let (since, ended_since) = (now.plus_millis(-HOLDS_MILLIS), now.plus_millis(-ENDED_MILLIS));
        let wanted = NotAsked { since, ended_since, after: progress.after.as_ref() };
        let mut tx = ctx.state.db.read().await?;
        let found = list_not_asked(&mut tx, project, app.app_seq, wanted, ROWS_A_PASS).await?;
        drop(tx);
        let is_last = found.len() < usize::try_from(ROWS_A_PASS).unwrap_or(usize::MAX);
        let last = found.last().map(|last| last.subscription_id.clone());
        let asking = futures::stream::iter(found).map(async |one| ask(ctx.state, project, &one).await);
        let asked: Vec<Result<bool>> = asking.buffer_unordered(AT_ONCE).collect().await;
        let (answered, failures): (Vec<_>, Vec<_>) = asked.into_iter().partition(Result::is_ok);
        ctx.count(answered.into_iter().flatten().map(u64::from).sum());
        if failures.len() > FAILURES_MAX {
            return failures.into_iter().find_map(Result::err).map_or(Ok(false), Err);
        }
        progress.after = last;
        if is_last {
            progress.after = None;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Asks about one; false when the store has no answer. What is wrong with one stands in no other's way, and changes nothing.
async fn ask(state: &AppState, project: &ProjectId, one: &Subscription) -> Result<bool> {
    match refetch_subscription(state, &BY, project, one.app_seq, &one.chain_id).await {
        Ok(()) => Ok(true),
        Err(error) if error.is_transient() => Err(error),
        Err(error) => {
            tracing::debug!(subscription = %one.subscription_id.0, %error, "a subscription can't be asked about");
            Ok(false)
        }
    }
}
