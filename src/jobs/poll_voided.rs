//! The list of voided purchases. Once an hour a store is asked what it took back from anybody: a refund whose notification never came
//! is found all the same.

use serde::{Deserialize, Serialize};

use super::plan::find_app;
use super::{Ctx, Job, Outcome, Pace};
use crate::audit::By;
use crate::db::jobs::Claimed;
use crate::error::Result;
use crate::model::{PaymentSource, ProjectId, Timestamp};
use crate::notifications::{Refetch, Void};
use crate::stores::StoreApp;

const BY: By = By::System("voided purchases");
/// One void whose purchase the store can't be asked about holds up no other.
const FAILURES_MAX: usize = 8;
const OCCASION: &str = "found in the store's list of voided purchases";
const ROUND_MILLIS: i64 = Timestamp::HOUR;
/// Stores list what they took back within thirty days; a little less, for clocks differ.
const WINDOW_MILLIS: i64 = 30 * Timestamp::DAY - Timestamp::HOUR;
/// Each round looks back so far behind the one before: what was taken back may be listed late.
const OVERLAP_MILLIS: i64 = Timestamp::DAY;
/// More pages than thirty days of any app have.
const PAGES_MAX: usize = 100;

/// Until when the list was read; kept in the job.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    read_until: Option<Timestamp>,
}

/// Finds what stores took back. The subject of the job is the app's number.
pub struct PollVoided;

impl Job for PollVoided {
    const KIND: &'static str = "poll_voided";
    const PACE: Pace = Pace::STORE_LISTS;
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        poll(ctx).await.into()
    }
}

async fn poll(ctx: &Ctx<'_, Claimed>) -> Result<Outcome> {
    let progress: Progress = ctx.kept()?;
    let Some((project, app)) = find_app(ctx.state, ctx.work).await? else { return Ok(Outcome::Done) };
    let now = ctx.state.clock.now();
    let from = progress.read_until.map_or(0, |at| at.0 - OVERLAP_MILLIS).max(now.0 - WINDOW_MILLIS);
    read_list(ctx, &project, &app, Timestamp(from)).await?;
    ctx.keep(&Progress { read_until: Some(now) })?;
    Ok(Outcome::Again { at: now.plus_millis(ROUND_MILLIS), reason: None })
}

async fn read_list(ctx: &Ctx<'_, Claimed>, project: &ProjectId, app: &StoreApp, from: Timestamp) -> Result<()> {
    let state = ctx.state;
    let refetch = Refetch { project, app, by: &BY, source: PaymentSource::Backfilled, occasion: OCCASION };
    let mut cursor: Option<String> = None;
    let mut failures = Vec::new();
    for _ in 0..PAGES_MAX {
        let now = state.clock.now();
        // A cursor that the store takes no longer fails the round, which begins anew then.
        let page = state.stores.of(app.store).list_refunds(app, from, cursor.as_deref(), now.into()).await?;
        for taken_back in &page.items {
            if refetch.has_as_paid(state, &taken_back.order_id).await? {
                match refetch
                    .take_back(state, &taken_back.order_id, Void { at: taken_back.at, is_partial: taken_back.quantity.is_some() })
                    .await
                {
                    Ok(is_found) => ctx.count(u64::from(is_found)),
                    // What is wrong with one order stands in no other's way.
                    Err(error) if !error.is_transient() => {
                        tracing::warn!(app = app.app_seq.0, order = taken_back.order_id, %error, "a void can't be recorded");
                    }
                    // A store that is away fails them all; the round is made again.
                    Err(error) => failures.push(error),
                }
                if failures.len() > FAILURES_MAX {
                    break;
                }
            }
        }
        metrics::counter!("purser_voided_read_total", "store" => app.store.as_str()).increment(page.items.len() as u64);
        cursor = page.next_cursor;
        if cursor.is_none() || failures.len() > FAILURES_MAX {
            break;
        }
    }
    failures.into_iter().next().map_or(Ok(()), Err)
}
