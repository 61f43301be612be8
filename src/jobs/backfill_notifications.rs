//! The store's own list of what it sent is laid beside the inbox, and what never reached us is put in. What it is worth is
//! decided where every other notification is applied.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Backoff, Ctx, Job, Outcome, Pace};
use crate::db::{self, jobs::Claimed};
use crate::error::{Error, Result};
use crate::model::{AppSeq, NotificationSource, ProjectId, Timestamp};
use crate::notifications::new_notification;
use crate::projects;
use crate::state::AppState;
use crate::stores::apple::api::{ApiFailure, AppleEnvironment, NotificationHistoryRequest, NotificationHistoryResponse};
use crate::stores::{Refusal, StoreApp};

/// Pages (of 20 notifications) read in one go; what is left waits for the next.
const PAGES_MAX: usize = 50;
/// How far the first history goes back: Apple keeps a sandbox's notifications for 30 days.
const FIRST_LOOK_MILLIS: i64 = 29 * Timestamp::DAY;
/// A notification may enter the store's list later than it was made.
const OVERLAP_MILLIS: i64 = 6 * Timestamp::HOUR;
const TOKEN_INVALID: i64 = 4_000_014;
const TOKEN_EXPIRED: i64 = 4_000_017;

/// How far each world of an app is backfilled, by Apple's name of the environment; kept in the job.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
struct Progress(BTreeMap<String, Reach>);

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(default)]
struct Reach {
    /// Everything sent before is in the inbox.
    through: Option<Timestamp>,
    /// A history that is not at its end.
    open: Option<History>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct History {
    start: Timestamp,
    end: Timestamp,
    token: Option<String>,
}

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
            metrics::counter!("purser_notices_healed_total", "store" => "AS").increment(found);
            ctx.state.wakes.notifications.notify_one();
        }
        ctx.count(found);
        outcome.into()
    }
}

async fn backfill(ctx: &Ctx<'_, Claimed>, found: &mut u64) -> Result<Outcome> {
    let mut progress: Progress = serde_json::from_str(&ctx.work.data).map_err(Error::internal)?;
    let result = backfill_app(ctx.state, ctx.work, &mut progress, found).await;
    ctx.keep(&progress)?;
    Ok(match result? {
        true => Outcome::Done,
        false => Outcome::Again { at: ctx.state.clock.now(), reason: None },
    })
}

/// Reads on in each world; true when all of them are at their end.
async fn backfill_app(state: &AppState, claimed: &Claimed, progress: &mut Progress, found: &mut u64) -> Result<bool> {
    let project = ProjectId(claimed.project_id.clone());
    let app = AppSeq(claimed.subject.parse().map_err(Error::internal)?);
    let app = match projects::store_app_of(state, &project, app).await {
        Err(Error::NotFound(_)) => return Ok(true),
        app => app?,
    };
    let mut is_over = true;
    for world in AppleEnvironment::counted_for(&app) {
        let reach = progress.0.entry(world.as_str().to_owned()).or_default();
        is_over &= backfill_environment(state, (&project, &app), *world, reach, found).await?;
    }
    Ok(is_over)
}

async fn backfill_environment(
    state: &AppState,
    (project, app): (&ProjectId, &StoreApp),
    world: AppleEnvironment,
    reach: &mut Reach,
    found: &mut u64,
) -> Result<bool> {
    for _ in 0..PAGES_MAX {
        let now = state.clock.now();
        let history = reach.open.take().unwrap_or_else(|| first_page(reach.through, now));
        let page = match ask(state, app, world, &history, now).await {
            Ok(page) => page,
            Err(failure) => {
                // A token the store does not take any more is of no use: the history begins anew.
                let is_lost = matches!(failure.code(), Some(TOKEN_INVALID | TOKEN_EXPIRED));
                reach.open = Some(history).filter(|history| history.token.is_some() && !is_lost);
                return Err(Refusal::from(failure).into());
            }
        };
        *found += keep_page(state, project, app, &page, now).await?;
        match page.pagination_token.filter(|_| page.has_more) {
            Some(token) => reach.open = Some(History { token: Some(token), ..history }),
            None => {
                reach.through = Some(history.end);
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn first_page(through: Option<Timestamp>, now: Timestamp) -> History {
    let earliest = now.plus_millis(-FIRST_LOOK_MILLIS);
    let start = through.map_or(earliest, |through| through.plus_millis(-OVERLAP_MILLIS).max(earliest));
    History { start, end: now, token: None }
}

async fn ask(
    state: &AppState,
    app: &StoreApp,
    world: AppleEnvironment,
    history: &History,
    now: Timestamp,
) -> Result<NotificationHistoryResponse, ApiFailure> {
    let query = NotificationHistoryRequest {
        start_date: history.start,
        end_date: history.end,
        notification_type: None,
        notification_subtype: None,
        transaction_id: None,
        only_failures: false,
    };
    state.stores.apple().list_notifications(app, world, &query, history.token.as_deref(), now).await
}

/// Puts into the inbox what is not there. A payload that is no good hides none of the others.
async fn keep_page(
    state: &AppState,
    project: &ProjectId,
    app: &StoreApp,
    page: &NotificationHistoryResponse,
    now: Timestamp,
) -> Result<u64> {
    let mut notifications = Vec::with_capacity(page.items.len());
    for sent in &page.items {
        match state.stores.apple().read_notification(app, &sent.signed_payload, now) {
            Ok(notification) => notifications.push((notification, sent.signed_payload.as_str())),
            Err(refusal) => {
                tracing::warn!(app = app.app_seq.0, reason = refusal.reason, "a listed notification is no good");
                metrics::counter!("purser_notices_refused_total", "store" => "AS", "reason" => "FORGED").increment(1);
            }
        }
    }
    state
        .db
        .write(async |tx| {
            let mut kept = 0;
            for (notification, payload) in &notifications {
                let new = new_notification((project, app), notification, payload, NotificationSource::Backfilled, now);
                kept += u64::from(db::notifications::insert(tx, &new).await?);
            }
            Ok(kept)
        })
        .await
}
