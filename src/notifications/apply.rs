//! Working off the inbox: by lease, in any number of processes, each notification's effect and its closing in one write.

use futures::StreamExt;

use crate::audit::By;
use crate::db;
use crate::db::notifications::Claimed;
use crate::error::{Error, Result};
use crate::keys::random_text;
use crate::ledger::{ReportNumbers, StoreReport, record};
use crate::model::{AppSeq, NotificationNo, NotificationSource, NotificationStatus, PaymentSource, ProjectId, Timestamp};
use crate::projects;
use crate::state::AppState;
use crate::stores::apple::is_unsigned_notification;
use crate::stores::{Notification, StoreApp};

use super::consumption::plan_answer;
use super::effect::{Effect, effect_of};
use super::product::product_of;
use super::unsigned::refetch_named;

const CLAIMED_A_PASS: i64 = 64;
const AT_ONCE: usize = 8;
/// A worker that dies leaves its notifications to others after this.
const LEASE_MILLIS: i64 = Timestamp::MINUTE;
const LEASE_BYTES: usize = 12;
const REASON_CHARS_MAX: usize = 500;
/// The effect of a notification about an app that sells for free and is out of use.
const APP_STOPPED: &str = "APP_STOPPED";
/// How long after each failed try the next follows; then a person must look.
const PAUSES_MILLIS: [i64; 8] = [
    5 * Timestamp::SECOND,
    30 * Timestamp::SECOND,
    2 * Timestamp::MINUTE,
    10 * Timestamp::MINUTE,
    Timestamp::HOUR,
    3 * Timestamp::HOUR,
    6 * Timestamp::HOUR,
    12 * Timestamp::HOUR,
];

/// Applies notifications that are due until there are none. Gives how many were taken.
pub async fn apply_due(state: &AppState) -> Result<usize> {
    let mut total = 0;
    loop {
        let lease = random_text(LEASE_BYTES)?;
        let now = state.clock.now();
        let until = now.plus_millis(LEASE_MILLIS);
        let claimed = state.db.write(async |tx| db::notifications::claim(tx, &lease, now, until, CLAIMED_A_PASS).await).await?;
        if claimed.is_empty() {
            return Ok(total);
        }
        total += claimed.len();
        let lease = lease.as_str();
        let work = claimed.into_iter().map(|claimed| apply_one(state, claimed, lease));
        let results: Vec<Result<()>> = futures::stream::iter(work).buffer_unordered(AT_ONCE).collect().await;
        results.into_iter().collect::<Result<()>>()?;
    }
}

async fn apply_one(state: &AppState, claimed: Claimed, lease: &str) -> Result<()> {
    let no = NotificationNo(claimed.notice_no);
    let Err(error) = try_apply(state, &claimed, lease).await else {
        metrics::counter!("purser_notices_applied_total").increment(1);
        return Ok(());
    };
    let now = state.clock.now();
    let tries = usize::try_from(claimed.attempts).unwrap_or(usize::MAX);
    let due_at = PAUSES_MILLIS.get(tries.saturating_sub(1)).map(|pause| now.plus_millis(*pause));
    match due_at {
        Some(_) => {
            tracing::warn!(notification = claimed.notice_no, tries, %error, "a store notification could not be applied yet")
        }
        None => tracing::error!(notification = claimed.notice_no, tries, %error, "a store notification is given up"),
    }
    metrics::counter!("purser_notices_failed_total", "dead" => due_at.is_none().to_string()).increment(1);
    let reason: String = reason_for_people(&error).chars().take(REASON_CHARS_MAX).collect();
    state.db.write(async |tx| db::notifications::mark_failed(tx, no, lease, &reason, due_at).await.map(drop)).await
}

/// Our own faults say no more than that: their causes are in the log.
fn reason_for_people(error: &Error) -> String {
    match error {
        Error::Database(_) | Error::Internal(_) => "something went wrong on our side; see the log".into(),
        other => other.to_string(),
    }
}

async fn try_apply(state: &AppState, claimed: &Claimed, lease: &str) -> Result<()> {
    let (project, no) = (ProjectId(claimed.project_id.clone()), NotificationNo(claimed.notice_no));
    let app = projects::store_app_of(state, &project, AppSeq(claimed.app_seq)).await?;
    if is_unsigned_notification(&claimed.payload) {
        return refetch_named(state, (&project, &app), claimed, lease).await;
    }
    // What is stored was authenticated; it is read with the same checks, at the time it came in.
    let notification = state.stores.apple().read_notification(&app, &claimed.payload, Timestamp(claimed.received_at))?;
    let at = state.clock.now();
    if app.is_shut {
        let done = (NotificationStatus::WithoutEffect, APP_STOPPED);
        return state.db.write(async |tx| close(tx, no, lease, done, at).await).await;
    }
    match effect_of(&notification) {
        Effect::Recorded(word) => {
            state.db.write(async |tx| close(tx, no, lease, (NotificationStatus::WithoutEffect, word), at).await).await
        }
        Effect::Entered(word) => apply_words(state, &project, &app, &notification, (claimed, lease, word)).await,
    }
}

/// Enters what the notification's signed parts say, whatever its type: the words decide, the type only tells why they came.
async fn apply_words(
    state: &AppState,
    project: &ProjectId,
    app: &StoreApp,
    notification: &Notification,
    (claimed, lease, word): (&Claimed, &str, Option<&'static str>),
) -> Result<()> {
    let purchase = notification.purchase.as_ref().ok_or_else(|| Error::invalid("notification", "tells of no purchase"))?;
    let product = product_of(state, project, app, purchase).await?;
    let at = state.clock.now();
    let is_backfilled = claimed.source == NotificationSource::Backfilled.as_str();
    let by = if is_backfilled { By::System("healing") } else { By::Store };
    let occasion = match &notification.subtype {
        Some(subtype) => format!("{} / {subtype}", notification.kind),
        None => notification.kind.clone(),
    };
    let report = StoreReport {
        project,
        app,
        product: &product,
        purchase,
        renewal: notification.renewal.as_ref(),
        by: &by,
        source: if is_backfilled { PaymentSource::Backfilled } else { PaymentSource::Notification },
        occasion: Some(&occasion),
        at,
    };
    let numbers = ReportNumbers::take(state, at).await?;
    state
        .db
        .write(async |tx| {
            let recorded = record(tx, &report, None, &numbers).await?;
            let word = word.unwrap_or(recorded.effect);
            plan_answer(tx, (project, app), notification, NotificationNo(claimed.notice_no), at).await?;
            close(tx, NotificationNo(claimed.notice_no), lease, (NotificationStatus::Applied, word), at).await
        })
        .await
}

pub(super) async fn close(
    tx: &mut db::Tx,
    no: NotificationNo,
    lease: &str,
    (status, effect): (NotificationStatus, &str),
    at: Timestamp,
) -> Result<()> {
    if db::notifications::mark_done(tx, no, lease, status, effect, at).await? {
        return Ok(());
    }
    // Another worker has taken it over; its write stands, ours is undone.
    Err(Error::conflict("LEASE_LOST", "another worker has taken the notification over"))
}
