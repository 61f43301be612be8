//! The store's own list of what it sent is laid beside the inbox, and what never reached us is put in. What it is worth is
//! decided where every other notification is applied.

mod progress;

use super::plan::find_app;
use super::{Backoff, Ctx, Job, Outcome, Pace};
use crate::db::{self, jobs::Claimed};
use crate::error::Result;
use crate::model::{NotificationSource, ProjectId, Timestamp};
use crate::notifications::Incoming;
use crate::state::AppState;
use crate::stores::{Authenticated, Rejection, SentQuery, StoreApp, StoreError};
use progress::{History, Progress, Reach, first_page};

/// Pages read in one go; what is left waits for the next.
const PAGES_MAX: usize = 50;

/// Finds an app's notifications that never arrived. The subject of the job is the app's number.
pub struct BackfillNotifications;

impl Job for BackfillNotifications {
    const KIND: &'static str = "backfill_notifications";
    const PACE: Pace = Pace {
        // Longer than so many pages can take.
        lease_millis: 30 * Timestamp::MINUTE,
        backoff: Backoff::Doubled { first_millis: 2 * Timestamp::MINUTE, millis_max: Timestamp::HOUR },
        ..Pace::every(10)
    };
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        let mut found = 0;
        let outcome = backfill(ctx, &mut found).await;
        if outcome.is_err() {
            metrics::counter!("purser_healing_failed_total").increment(1);
        }
        if found > 0 {
            ctx.state.wakes.notifications.notify_one();
        }
        ctx.count(found);
        outcome.into()
    }
}

async fn backfill(ctx: &Ctx<'_, Claimed>, found: &mut u64) -> Result<Outcome> {
    let mut progress: Progress = ctx.kept()?;
    let result = backfill_app(ctx.state, ctx.work, &mut progress, found).await;
    ctx.keep(&progress)?;
    Ok(match result? {
        true => Outcome::Done,
        false => Outcome::Again { at: ctx.state.clock.now(), reason: None },
    })
}

/// Reads each of the store's lists on; true when all of them are at their end.
async fn backfill_app(state: &AppState, claimed: &Claimed, progress: &mut Progress, found: &mut u64) -> Result<bool> {
    let Some((project, app)) = find_app(state, claimed).await? else { return Ok(true) };
    let mut is_over = true;
    for list in state.stores.of(app.store).notification_lists(&app) {
        let reach = progress.0.entry(list.to_owned()).or_default();
        is_over &= read_on(state, &project, &app, list, reach, found).await?;
    }
    Ok(is_over)
}

/// Reads one of the store's lists on; true when it is at its end.
async fn read_on(
    state: &AppState,
    project: &ProjectId,
    app: &StoreApp,
    list: &str,
    reach: &mut Reach,
    found: &mut u64,
) -> Result<bool> {
    for _ in 0..PAGES_MAX {
        let now = state.clock.now();
        let history = reach.open.take().unwrap_or_else(|| first_page(reach.through, now));
        let query = SentQuery { list, from: history.start, until: history.end, cursor: history.token.as_deref() };
        let page = match state.stores.of(app.store).list_sent(app, query, now).await {
            Ok(page) => page,
            Err(failure) => {
                // A cursor the store does not take any more is of no use: the history begins anew.
                let is_lost = matches!(failure, StoreError::CursorLost(_));
                reach.open = Some(history).filter(|history| history.token.is_some() && !is_lost);
                return Err(failure.into());
            }
        };
        let kept = keep_page(state, project, app, page.items).await?;
        metrics::counter!("purser_notices_healed_total", "store" => app.store.as_str()).increment(kept);
        *found += kept;
        match page.next_cursor {
            Some(token) => reach.open = Some(History { token: Some(token), ..history }),
            None => {
                reach.through = Some(history.end);
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Puts into the inbox what is not there. One that is not genuine hides none of the others.
async fn keep_page(
    state: &AppState,
    project: &ProjectId,
    app: &StoreApp,
    sent: Vec<std::result::Result<Authenticated, Rejection>>,
) -> Result<u64> {
    let mut genuine = Vec::with_capacity(sent.len());
    for sent in sent {
        match sent {
            Ok(authenticated) => genuine.push(Incoming::new(project.clone(), app.clone(), authenticated)),
            Err(rejection) => {
                tracing::warn!(app = app.app_seq.0, reason = ?rejection, "a listed notification is no good");
                let store = app.store.as_str();
                metrics::counter!("purser_notices_refused_total", "store" => store, "reason" => "FORGED").increment(1);
            }
        }
    }
    state
        .db
        .write(async |tx| {
            let mut kept = 0;
            for incoming in &genuine {
                kept += u64::from(db::notifications::insert(tx, &incoming.row(NotificationSource::Backfilled)).await?);
            }
            Ok(kept)
        })
        .await
}
