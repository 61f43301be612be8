//! Notifications of Apple's deprecated first form. Nobody signs them, so they are never the truth: one makes us look, and what the
//! store then signs is entered. `receive_unsigned` keeps it, once; the worker looks.

use serde_json::Value;

use super::receive::{Refused, refused};
use super::refetch::Refetch;
use crate::audit::By;
use crate::db;
use crate::db::notifications::{Claimed, NewNotification};
use crate::error::{Error, Result};
use crate::model::{NotificationSource, NotificationStatus, PaymentSource, ProjectId, StoreCode};
use crate::projects::to_store_app;
use crate::state::AppState;
use crate::stores::StoreApp;
use crate::stores::apple::{
    UnsignedNotification, read_kept_notification, read_unsigned_notification, takes_unsigned_notifications,
};

/// Subscriptions one notification has asked for; a customer of more is looked after by later notifications.
const CHAINS_MAX: usize = 5;
/// Purchases one notification has asked for, of those the books lack.
const PURCHASES_MAX: usize = 20;

/// Takes an App Store notification of version 1: its sender must know the shared secret of an app of that bundle id whose setting
/// takes such notifications. It is kept once for each such app, without the secret, and the rest is left to the job `apply_notifications`.
pub async fn receive_unsigned(state: &AppState, bundle_id: &str, body: &Value) -> Result<Result<(), Refused>> {
    let apps = db::apps::list_by_store_app(&mut state.db.read().await?, StoreCode::AppStore, bundle_id).await?;
    if apps.is_empty() {
        return Ok(Err(Refused::UnknownApp));
    }
    let (mut refusals, mut taken) = (Vec::new(), Vec::new());
    for (project, stored) in apps {
        let app = to_store_app(state, stored)?;
        if !takes_unsigned_notifications(&app) {
            continue;
        }
        match read_unsigned_notification(&app, body) {
            Ok(notification) => taken.push((project, app, notification)),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if taken.is_empty() {
        return Ok(Err(if refusals.is_empty() { Refused::Off } else { refused(refusals) }));
    }
    let kept = state
        .db
        .write(async |tx| {
            let mut kept = 0;
            for (project, app, notification) in &taken {
                kept += u64::from(db::notifications::insert(tx, &new_notification(state, (project, app), notification)).await?);
            }
            Ok(kept)
        })
        .await?;
    metrics::counter!("purser_notices_received_total", "store" => "AS").increment(kept);
    state.wakes.notifications.notify_one();
    Ok(Ok(()))
}

fn new_notification<'a>(
    state: &AppState,
    (project, app): (&'a ProjectId, &StoreApp),
    notification: &'a UnsignedNotification,
) -> NewNotification<'a> {
    let at = state.clock.now();
    NewNotification {
        project,
        app: app.app_seq,
        store: app.store,
        environment: notification.environment,
        dedupe_key: &notification.id,
        kind: &notification.kind,
        subtype: None,
        order_id: notification.purchases.first().map(|named| named.order_id.as_str()),
        chain_id: notification.chains.first().map(String::as_str),
        source: NotificationSource::Received,
        payload: &notification.payload,
        signed_at: at,
        at,
    }
}

/// Asks the store about what a kept notification names and enters the answers; gives how the notification ends. What fails hides none of the others; a try after it
/// finds the rest in the books.
pub(crate) async fn refetch_named(
    state: &AppState,
    (project, app): (&ProjectId, &StoreApp),
    claimed: &Claimed,
) -> Result<(NotificationStatus, &'static str)> {
    let notification = read_kept_notification(app, &claimed.payload)?;
    let occasion = format!("{} (V1)", notification.kind);
    let refetch = Refetch { project, app, by: &By::Store, source: PaymentSource::Notification, occasion: &occasion };
    let mut first_failure = None;
    for chain in notification.chains.iter().take(CHAINS_MAX) {
        go_on_after(refetch.at_chain(state, chain).await, &mut first_failure)?;
    }
    let mut asked = 0;
    for named in &notification.purchases {
        if asked < PURCHASES_MAX && refetch.is_news(state, &named.order_id, named.is_taken_back).await? {
            asked += 1;
            go_on_after(refetch.at_purchase(state, &named.order_id).await, &mut first_failure)?;
        }
    }
    if let Some(failure) = first_failure {
        return Err(failure);
    }
    Ok(match notification.chains.is_empty() && notification.purchases.is_empty() {
        true => (NotificationStatus::WithoutEffect, "NOTHING_NAMED"),
        false => (NotificationStatus::Applied, "LOOKED_UP"),
    })
}

/// Keeps the first failure of one purchase; a store that can't be asked at all ends the round.
fn go_on_after<T>(result: Result<T>, first_failure: &mut Option<Error>) -> Result<()> {
    match result {
        Ok(_) => Ok(()),
        Err(Error::Refused { code, reason }) if code.is_transient() => Err(Error::Refused { code, reason }),
        Err(failure) => {
            first_failure.get_or_insert(failure);
            Ok(())
        }
    }
}
