use std::borrow::Cow;

use axum::http::StatusCode;

use crate::db::{self, apps::StoredApp, notifications::NewNotification};
use crate::error::{Error, Result};
use crate::logs;
use crate::model::{App, NotificationSource, ProjectId, StoreCode, shorten};
use crate::projects::to_store_app;
use crate::state::AppState;
use crate::stores::{Authenticated, Delivery, Notification, RawNotification, Rejection, StoreApp};

/// A reason has words of whoever sent the notification.
const REASON_CHARS_MAX: usize = 300;

/// Why a notification is not taken. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// No app of that id is registered for the store.
    UnknownApp,
    /// No app of that id takes it.
    Rejected(Rejection),
}

impl Refused {
    /// The word logs and metrics count it under.
    pub const fn as_label(&self) -> &'static str {
        match self {
            Self::UnknownApp => "UNKNOWN_APP",
            Self::Rejected(Rejection::Malformed(..)) => "MALFORMED",
            Self::Rejected(Rejection::Forged(_)) => "FORGED",
            Self::Rejected(Rejection::NotForApp(_)) => "NOT_FOR_APP",
            Self::Rejected(Rejection::Useless(_)) => "USELESS",
            Self::Rejected(Rejection::Off) => "V1_OFF",
        }
    }

    /// Why, in words that may be the sender's.
    pub fn reason(&self) -> Cow<'_, str> {
        match self {
            Self::Rejected(Rejection::Malformed(_, why)) => why.to_string().into(),
            Self::Rejected(Rejection::Forged(why) | Rejection::NotForApp(why) | Rejection::Useless(why)) => why.into(),
            Self::Rejected(Rejection::Off) | Self::UnknownApp => "".into(),
        }
    }

    /// Whether the body is of another form than the store sends.
    pub const fn is_malformed(&self) -> bool {
        matches!(self, Self::Rejected(Rejection::Malformed(..)))
    }

    /// Whether the store is not to send it again.
    pub const fn is_useless(&self) -> bool {
        matches!(self, Self::Rejected(Rejection::Useless(_)))
    }
}

/// A notification for one app.
pub(crate) struct Incoming {
    pub project: ProjectId,
    pub app: StoreApp,
    pub raw: RawNotification,
    pub notification: Notification,
}

impl Incoming {
    pub(crate) fn new(project: ProjectId, app: StoreApp, Authenticated { raw, notification }: Authenticated) -> Self {
        Self { project, app, raw, notification }
    }

    /// Reads a notification that was kept for the app.
    pub(crate) fn parse(state: &AppState, project: ProjectId, app: StoreApp, raw: RawNotification) -> Result<Self> {
        let notification = state.stores.of(app.store).parse(&app, &raw)?;
        Ok(Self { project, app, raw, notification })
    }

    /// A row of the inbox.
    pub(crate) fn row(&self, source: NotificationSource) -> NewNotification<'_> {
        let Self { project, app, raw, notification } = self;
        let purchase = notification.snapshot.iter().flat_map(|snapshot| &snapshot.purchases).next();
        let order_id = purchase.map(|purchase| purchase.order_id.as_str());
        let chain_id = purchase.map(|purchase| purchase.original_order_id.as_str());
        NewNotification {
            project,
            app: app.app_seq,
            store: app.store,
            environment: notification.environment,
            dedupe_key: &notification.id,
            kind: &notification.kind,
            subtype: notification.subtype.as_deref(),
            order_id: order_id.or_else(|| notification.named_order_id()),
            chain_id: chain_id.or_else(|| notification.named_chain_id()),
            source,
            payload: &raw.payload,
            signed_at: notification.sent_at,
            at: raw.received_at,
        }
    }
}

/// Whether a store sends its notifications to that address.
pub fn is_address(state: &AppState, store: StoreCode, address: &str) -> bool {
    state.stores.of(store).callback_addresses().contains(&address)
}

/// The apps an address names: by their id in the store, or by a setting their store knows them by.
async fn list_named(state: &AppState, store: StoreCode, name: &str) -> Result<Vec<(ProjectId, StoredApp)>> {
    let settings = state.stores.of(store).name_settings();
    let mut tx = state.db.read().await?;
    let mut apps = db::apps::list_by_store_app(&mut tx, store, name).await?;
    if settings.is_empty() {
        return Ok(apps);
    }
    let is_named = |app: &App| settings.iter().any(|setting| app.settings.get(*setting).is_some_and(|value| value == name));
    let by_setting = db::apps::list_by_setting(&mut tx, store, name).await?;
    apps.extend(by_setting.into_iter().filter(|(_, stored)| stored.app.store_app_id != name && is_named(&stored.app)));
    Ok(apps)
}

/// Takes what a store sent to its callback address for apps of a name: authenticates it for every such app, keeps it once for
/// each it is for, and leaves the rest to the job `apply_notifications`. Once this has answered, it is not lost.
pub async fn receive(
    state: &AppState,
    store: StoreCode,
    name: &str,
    delivery: Delivery<'_>,
) -> Result<std::result::Result<(), Refused>> {
    let apps = list_named(state, store, name).await?;
    if apps.is_empty() {
        return Ok(Err(Refused::UnknownApp));
    }
    let now = state.clock.now();
    let (mut rejections, mut taken) = (Vec::new(), Vec::new());
    for (project, stored) in apps {
        let app = to_store_app(state, stored)?;
        match state.stores.of(store).authenticate(&app, delivery, now).await {
            Ok(authenticated) => taken.push(Incoming::new(project, app, authenticated)),
            Err(rejection) => rejections.push(rejection),
        }
    }
    if taken.is_empty() {
        return Ok(Err(Refused::Rejected(nearest(rejections))));
    }
    taken.iter().for_each(log_unread);
    let kept = state
        .db
        .write(async |tx| {
            let mut kept = 0;
            for incoming in &taken {
                kept += u64::from(db::notifications::insert(tx, &incoming.row(NotificationSource::Received)).await?);
            }
            Ok(kept)
        })
        .await?;
    metrics::counter!("purser_notices_received_total", "store" => store.as_str()).increment(kept);
    state.wakes.notifications.notify_one();
    Ok(Ok(()))
}

/// Tells the log of what is new to us: somebody should teach this server to read it.
fn log_unread(incoming: &Incoming) {
    let (app, notification) = (&incoming.app, &incoming.notification);
    if let Some(reason) = &notification.unread
        && let Some(left_out) = logs::admit("UNREADABLE")
    {
        let reason = shorten(reason, REASON_CHARS_MAX);
        let (store, app, kind) = (app.store.as_str(), app.app_seq.0, notification.kind.as_str());
        tracing::warn!(store, app, kind, reason = &*reason, left_out, "a part of a store notification could not be read");
    }
}

/// Of several apps' reasons the one that comes nearest to taking it: genuine but misaddressed, rather than forged.
fn nearest(rejections: Vec<Rejection>) -> Rejection {
    let rank = |rejection: &Rejection| match rejection {
        Rejection::Useless(_) => 0,
        Rejection::NotForApp(_) => 1,
        Rejection::Forged(_) => 2,
        Rejection::Malformed(..) => 3,
        Rejection::Off => 4,
    };
    rejections.into_iter().min_by_key(rank).unwrap_or(Rejection::Off)
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        let rejection = match refused {
            Refused::UnknownApp => return Self::NotFound("app"),
            Refused::Rejected(rejection) => rejection,
        };
        match rejection {
            Rejection::Malformed(field, reason) => Self::invalid(field, reason),
            Rejection::Forged(reason) => {
                let reason = shorten(&reason, REASON_CHARS_MAX).into_owned();
                Self::unfit(StatusCode::UNAUTHORIZED, "NOTICE_NOT_GENUINE", reason)
            }
            Rejection::NotForApp(reason) | Rejection::Useless(reason) => {
                let message = shorten(&reason, REASON_CHARS_MAX).into_owned();
                Self::Forbidden { code: "NOTICE_NOT_FOR_APP", message }
            }
            Rejection::Off => Self::Forbidden {
                code: "V1_NOTICES_OFF",
                message:
                    "this app takes no notifications of version 1: send version 2 to /AS/v2, or choose V1 in the app's settings"
                        .into(),
            },
        }
    }
}
