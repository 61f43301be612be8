//! Works off the inbox: each notification's effect and its closing are one write.

use super::answer_refund_requests::plan_answer;
use super::{Backoff, Ctx, Job, Outcome, Pace};
use crate::audit::By;
use crate::db;
use crate::db::notifications::Claimed;
use crate::error::{Error, Result};
use crate::ledger::{ReportNumbers, StoreReport, record};
use crate::model::{
    AppSeq, NotificationNo, NotificationSource, NotificationStatus, PaymentSource, ProductReason, ProjectId, Timestamp,
};
use crate::notifications::{Effect, effect_of, product_of, refetch_named};
use crate::projects;
use crate::state::AppState;
use crate::stores::apple::is_unsigned_notification;
use crate::stores::{Notification, StoreApp};

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

/// Applies the notifications stores have sent.
pub struct ApplyNotifications;

impl Job for ApplyNotifications {
    const KIND: &'static str = "apply_notifications";
    const PACE: Pace = Pace {
        wake: Some(|wakes| &wakes.notifications),
        claimed_max: 64,
        at_once: 8,
        backoff: Backoff::Steps(&PAUSES_MILLIS),
        ..Pace::every(1)
    };
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        let result = try_apply(ctx.state, ctx.work, ctx.lease()).await;
        match &result {
            Ok(()) => {
                ctx.note_closed();
                metrics::counter!("purser_notices_applied_total").increment(1);
            }
            Err(_) => {
                let is_dead = Self::PACE.backoff.pause_millis(ctx.work.attempts).is_none();
                metrics::counter!("purser_notices_failed_total", "dead" => is_dead.to_string()).increment(1);
            }
        }
        result.into()
    }
}

async fn try_apply(state: &AppState, claimed: &Claimed, lease: &str) -> Result<()> {
    let (project, no) = (ProjectId(claimed.project_id.clone()), NotificationNo(claimed.notice_no));
    let app = projects::store_app_of(state, &project, AppSeq(claimed.app_seq)).await?;
    if is_unsigned_notification(&claimed.payload) {
        let done = refetch_named(state, (&project, &app), claimed).await?;
        let at = state.clock.now();
        return state.db.write(async |tx| close(tx, no, lease, done, at).await).await;
    }
    // What is stored was authenticated; it is read with the same checks, at the time it came in.
    let notification = state.stores.apple().read_notification(&app, &claimed.payload, Timestamp(claimed.received_at))?;
    let at = state.clock.now();
    if app.is_shut {
        let done = (NotificationStatus::WithoutEffect, APP_STOPPED);
        return state.db.write(async |tx| close(tx, no, lease, done, at).await).await;
    }
    match effect_of(&notification) {
        Effect::Ignore(word) => {
            state.db.write(async |tx| close(tx, no, lease, (NotificationStatus::WithoutEffect, word), at).await).await
        }
        Effect::Apply(word) => apply_words(state, &project, &app, &notification, (claimed, lease, word)).await,
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
    let purchase = notification.purchase.as_ref().ok_or_else(|| Error::invalid("notification", ProductReason::NoPurchase))?;
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

async fn close(
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
