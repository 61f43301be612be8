//! The refund history. Once a day a store is asked, buyer by buyer, what it took back: a refund whose notification never came is
//! found even when the store's list of notifications no longer has it.

use serde::{Deserialize, Serialize};

use super::plan::find_app;
use super::{Ctx, Job, Outcome, Pace};
use crate::audit::By;
use crate::db::{self, jobs::Claimed};
use crate::error::Result;
use crate::model::{PaymentSeq, PaymentSource, ProjectId, Purchase, Snapshot, Timestamp};
use crate::notifications::Refetch;
use crate::state::AppState;
use crate::stores::{StoreApp, StoreError};

const BY: By = By::System("refund history");
const OCCASION: &str = "found in the store's refund history";
/// From one round over an app's buyers to the next.
const ROUND_MILLIS: i64 = Timestamp::DAY;
/// Stores take requests for 90 days after a purchase, and may take their time to decide.
const BOUGHT_WITHIN_MILLIS: i64 = 120 * Timestamp::DAY;
/// Buyers asked for in one go; with the pause after it well below the ten questions a second that the App Store allows.
const BUYERS_A_PASS: i64 = 50;
const PAUSE_MILLIS: i64 = 10 * Timestamp::SECOND;

/// The last buyer asked for in this round; kept in the job.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    after: Option<(Timestamp, PaymentSeq)>,
}

/// Finds the refunds of an app's buyers. The subject of the job is the app's number.
pub struct PollRefunds;

impl PollRefunds {
    /// When the first round over an app's buyers is due that is planned now.
    pub(super) fn first_round(now: Timestamp) -> Timestamp {
        now.plus_millis(ROUND_MILLIS)
    }
}

impl Job for PollRefunds {
    const KIND: &'static str = "poll_refunds";
    const PACE: Pace = Pace::STORE_LISTS;
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        poll(ctx).await.into()
    }
}

async fn poll(ctx: &Ctx<'_, Claimed>) -> Result<Outcome> {
    let mut progress: Progress = ctx.kept()?;
    let result = ask_for_some(ctx, &mut progress).await;
    ctx.keep(&progress)?;
    let pause = if result? { ROUND_MILLIS } else { PAUSE_MILLIS };
    Ok(Outcome::Again { at: ctx.state.clock.now().plus_millis(pause), reason: None })
}

/// Goes on from where it was; true when the round is over.
async fn ask_for_some(ctx: &Ctx<'_, Claimed>, progress: &mut Progress) -> Result<bool> {
    let state = ctx.state;
    let Some((project, app)) = find_app(state, ctx.work).await? else { return Ok(true) };
    let since = state.clock.now().plus_millis(-BOUGHT_WITHIN_MILLIS);
    let (at, payment) = progress.after.clone().filter(|(at, _)| *at >= since).unwrap_or((since, PaymentSeq(String::new())));
    let mut tx = state.db.read().await?;
    let buyers = db::payments::list_buyers(&mut tx, &project, app.app_seq, (at, &payment), BUYERS_A_PASS).await?;
    drop(tx);
    for buyer in &buyers {
        let asked = state.stores.of(app.store).list_refunds_of(&app, &buyer.order_id, state.clock.now().into()).await;
        let count = match asked {
            Ok(refunds) => record_refunds(state, &project, &app, refunds).await?,
            // An answer that is no good stands in no other buyer's way.
            Err(
                failure @ (StoreError::Untrusted(_) | StoreError::Unfit(_) | StoreError::Rejected(_) | StoreError::Denied(..)),
            ) => {
                tracing::warn!(app = app.app_seq.0, payment = %buyer.payment, %failure, "a buyer's refunds can't be read");
                0
            }
            Err(failure) => return Err(failure.into()),
        };
        metrics::counter!("purser_refunds_found_total", "store" => app.store.as_str()).increment(count);
        ctx.count(count);
        progress.after = Some((buyer.created_at, buyer.payment.clone()));
    }
    let is_over = buyers.len() < usize::try_from(BUYERS_A_PASS).unwrap_or(usize::MAX);
    if is_over {
        progress.after = None;
    }
    Ok(is_over)
}

/// Records what the store took back where the payment still counts as paid.
async fn record_refunds(state: &AppState, project: &ProjectId, app: &StoreApp, refunds: Vec<Purchase>) -> Result<u64> {
    let refetch = Refetch { project, app, by: &BY, source: PaymentSource::Backfilled, occasion: OCCASION };
    let mut found = 0;
    for purchase in refunds {
        if refetch.has_as_paid(state, &purchase.order_id).await? {
            refetch.record(state, &Snapshot::of(purchase, None)).await?;
            found += 1;
        }
    }
    Ok(found)
}
