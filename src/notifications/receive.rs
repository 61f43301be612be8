use axum::http::StatusCode;

use crate::db::{self, notifications::NewNotification};
use crate::error::{Error, Result};
use crate::logs;
use crate::model::{NotificationSource, ProjectId, RefusalCode, StoreCode, Timestamp, shorten};
use crate::projects::to_store_app;
use crate::state::AppState;
use crate::stores::{Notification, Refusal, StoreApp};

/// A reason has words of whoever sent the notification.
const REASON_CHARS_MAX: usize = 300;

/// Why a notification is not taken. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// No app of that id is registered for the store.
    UnknownApp,
    /// It was not signed by anybody an app of that id trusts, is damaged, or is no notification.
    Forged(String),
    /// It is genuine, but for another app or another world.
    NotForUs(String),
    /// It is of the deprecated first form, and no app of that id takes those.
    Off,
}

/// Takes an App Store notification (V2): authenticates it for every app of that bundle id, keeps it once for each it is for, and
/// leaves the rest to the job `apply_notifications`. Once this has answered, the notification is not lost.
pub async fn receive_apple(state: &AppState, bundle_id: &str, signed_payload: &str) -> Result<Result<(), Refused>> {
    let apps = db::apps::list_by_store_app(&mut state.db.read().await?, StoreCode::AppStore, bundle_id).await?;
    if apps.is_empty() {
        return Ok(Err(Refused::UnknownApp));
    }
    let now = state.clock.now();
    let mut refusals = Vec::new();
    let mut taken: Vec<(ProjectId, StoreApp, Notification)> = Vec::new();
    for (project, stored) in apps {
        let app = to_store_app(state, stored)?;
        match state.stores.apple().read_notification(&app, signed_payload, now) {
            Ok(notification) => taken.push((project, app, notification)),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if taken.is_empty() {
        return Ok(Err(refused(refusals)));
    }
    note_unread(&taken);
    let kept = state
        .db
        .write(async |tx| {
            let mut kept = 0;
            for (project, app, notification) in &taken {
                let new = new_notification((project, app), notification, signed_payload, NotificationSource::Received, now);
                kept += u64::from(db::notifications::insert(tx, &new).await?);
            }
            Ok(kept)
        })
        .await?;
    metrics::counter!("purser_notices_received_total", "store" => "AS").increment(kept);
    state.wakes.notifications.notify_one();
    Ok(Ok(()))
}

/// Tells the log of what is new to us: somebody should teach this server to read it.
fn note_unread(taken: &[(ProjectId, StoreApp, Notification)]) {
    for (_, app, notification) in taken {
        if let Some(reason) = &notification.unread
            && let Some(left_out) = logs::admit("UNREADABLE")
        {
            let reason = shorten(reason, REASON_CHARS_MAX);
            let (app, kind) = (app.app_seq.0, notification.kind.as_str());
            tracing::warn!(
                store = "AS",
                app,
                kind,
                reason = &*reason,
                left_out,
                "a part of a store notification could not be read"
            );
        }
    }
}

/// A row of the inbox for an authenticated notification.
pub(crate) fn new_notification<'a>(
    (project, app): (&'a ProjectId, &StoreApp),
    notification: &'a Notification,
    payload: &'a str,
    source: NotificationSource,
    at: Timestamp,
) -> NewNotification<'a> {
    let purchase = notification.purchase.as_ref();
    let chain_of_renewal = notification.renewal.as_ref().map(|renewal| renewal.chain_id.as_str());
    NewNotification {
        project,
        app: app.app_seq,
        store: app.store,
        environment: notification.environment,
        dedupe_key: &notification.id,
        kind: &notification.kind,
        subtype: notification.subtype.as_deref(),
        order_id: purchase.map(|purchase| purchase.order_id.as_str()),
        chain_id: purchase.map(|purchase| purchase.original_order_id.as_str()).or(chain_of_renewal),
        source,
        payload,
        signed_at: notification.signed_at,
        at,
    }
}

/// Of several apps' reasons the one that comes nearest to taking it: genuine but misaddressed, rather than forged.
pub(super) fn refused(refusals: Vec<Refusal>) -> Refused {
    let is_genuine = |refusal: &&Refusal| matches!(refusal.code, RefusalCode::AppMismatch | RefusalCode::EnvironmentMismatch);
    let nearest = refusals.iter().find(is_genuine).map(|refusal| Refused::NotForUs(refusal.reason.clone()));
    let first = || refusals.first().map_or_else(String::new, |refusal| refusal.reason.clone());
    nearest.unwrap_or_else(|| Refused::Forged(first()))
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::UnknownApp => Self::NotFound("app"),
            Refused::Forged(reason) => {
                let reason = shorten(&reason, REASON_CHARS_MAX).into_owned();
                Self::unfit(StatusCode::UNAUTHORIZED, "NOTICE_NOT_GENUINE", reason)
            }
            Refused::NotForUs(reason) => {
                let message = shorten(&reason, REASON_CHARS_MAX).into_owned();
                Self::Forbidden { code: "NOTICE_NOT_FOR_APP", message }
            }
            Refused::Off => Self::Forbidden {
                code: "V1_NOTICES_OFF",
                message:
                    "this app takes no notifications of version 1: send version 2 to /AS/v2, or choose V1 in the app's settings"
                        .into(),
            },
        }
    }
}
