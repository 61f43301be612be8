//! Works off the inbox: each notification's effect and its closing are one write.

use super::answer_refund_requests::plan_answer;
use super::{Backoff, Ctx, Job, Outcome, Pace};
use crate::audit::By;
use crate::db;
use crate::db::notifications::Claimed;
use crate::error::{Error, Result};
use crate::ledger::{ReportNumbers, StoreReport, effect, record};
use crate::model::{
    AppSeq, NotificationNo, NotificationSource, NotificationStatus, PaymentSource, ProductReason, ProjectId, RefusalCode,
    Timestamp,
};
use crate::notifications::{Incoming, Refetch, product_of, refetch_named};
use crate::projects;
use crate::state::AppState;
use crate::stores::{Effect, RawNotification};

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
        claimed_max: 16,
        at_once: 16,
        of_lane_max: 8,
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
    let raw = RawNotification { payload: claimed.payload.clone(), received_at: Timestamp(claimed.received_at) };
    let incoming = Incoming::parse(state, project, app, raw)?;
    let apply = Apply { state, claimed, lease, incoming: &incoming };
    let (status, effect) = match incoming.notification.effect {
        _ if incoming.app.is_shut => (NotificationStatus::WithoutEffect, APP_STOPPED),
        Effect::Ignore(reason) => (NotificationStatus::WithoutEffect, reason),
        Effect::Apply(name) => return apply.record(name).await,
        Effect::Refetch(name) => match apply.refetch().await {
            // Only the store's answer tells whose environment it is of: another app of the same id takes it, or none does.
            Err(Error::Refused { code: code @ RefusalCode::EnvironmentMismatch, .. }) => {
                (NotificationStatus::WithoutEffect, code.as_str())
            }
            answer => {
                answer?;
                (NotificationStatus::Applied, name)
            }
        },
    };
    let at = state.clock.now();
    let Incoming { project, app, notification, .. } = &incoming;
    let write = state.db.write(async |tx| {
        if status == NotificationStatus::Applied {
            plan_answer(tx, project, app, notification, no, at).await?;
        }
        close(tx, no, lease, status, effect, at).await
    });
    write.await
}

/// A notification under way.
struct Apply<'a> {
    state: &'a AppState,
    claimed: &'a Claimed,
    lease: &'a str,
    incoming: &'a Incoming,
}

impl Apply<'_> {
    /// Records the notification's snapshot, whatever its type: what is signed decides, the type only tells why it came.
    async fn record(&self, name: Option<&'static str>) -> Result<()> {
        let Self { state, claimed, lease, incoming: Incoming { project, app, notification, .. } } = *self;
        let (no, at) = (NotificationNo(claimed.notice_no), state.clock.now());
        let snapshot = notification.snapshot.as_ref().ok_or_else(|| Error::invalid("notification", ProductReason::NoPurchase))?;
        let (by, source, occasion) = (self.by(), self.source(), self.occasion());
        let mut products = Vec::with_capacity(snapshot.purchases.len());
        for purchase in &snapshot.purchases {
            let numbers = ReportNumbers::take(state, at).await?;
            products.push((purchase, product_of(state, project, app, purchase).await?, numbers));
        }
        state
            .db
            .write(async |tx| {
                let mut changed = effect::NOTHING_NEW;
                for (purchase, product, numbers) in &products {
                    let renewal = snapshot.renewal.as_ref();
                    let report =
                        StoreReport { project, app, product, purchase, renewal, by: &by, source, occasion: Some(&occasion), at };
                    changed = record(tx, &report, None, numbers).await?.effect;
                }
                plan_answer(tx, project, app, notification, no, at).await?;
                close(tx, no, lease, NotificationStatus::Applied, name.unwrap_or(changed), at).await
            })
            .await
    }

    /// Asks the store about what the notification names.
    async fn refetch(&self) -> Result<()> {
        let Incoming { project, app, notification, .. } = self.incoming;
        let (by, occasion) = (self.by(), self.occasion());
        let refetch = Refetch { project, app, by: &by, source: self.source(), occasion: &occasion };
        refetch_named(self.state, &refetch, notification).await
    }

    fn is_backfilled(&self) -> bool {
        self.claimed.source == NotificationSource::Backfilled.as_str()
    }

    fn by(&self) -> By {
        if self.is_backfilled() { By::System("healing") } else { By::Store }
    }

    fn source(&self) -> PaymentSource {
        if self.is_backfilled() { PaymentSource::Backfilled } else { PaymentSource::Notification }
    }

    /// The store's own name for what happened.
    fn occasion(&self) -> String {
        let notification = &self.incoming.notification;
        match &notification.subtype {
            Some(subtype) => format!("{} / {subtype}", notification.kind),
            None => notification.kind.clone(),
        }
    }
}

async fn close(
    tx: &mut db::Tx,
    no: NotificationNo,
    lease: &str,
    status: NotificationStatus,
    effect: &str,
    at: Timestamp,
) -> Result<()> {
    if db::notifications::mark_done(tx, no, lease, status, effect, at).await? {
        return Ok(());
    }
    // Another worker has taken it over; its write stands, ours is undone.
    Err(Error::conflict("LEASE_LOST", "another worker has taken the notification over"))
}
