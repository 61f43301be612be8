use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db::{self, PageRequest};
use crate::error::{Error, Result};
use crate::model::{Cursor, NotificationDetail, NotificationNo, NotificationQuery, Page, Payment, ProjectId, StoreNotification};
use crate::state::AppState;

/// What a payment's page shows of what the store told.
const OF_PAYMENT_MAX: u32 = 50;

/// The newest notifications about a payment's purchase or its subscription.
pub async fn list_of_payment(state: &AppState, project: &ProjectId, payment: &Payment) -> Result<Vec<StoreNotification>> {
    db::notifications::list_of_payment(&mut state.db.read().await?, project, payment, OF_PAYMENT_MAX).await
}

/// One page of what stores told a project, newest first.
pub async fn list(state: &AppState, project: &ProjectId, query: &NotificationQuery) -> Result<Page<StoreNotification>> {
    let page = PageRequest::parse(query.cursor.as_deref(), query.limit)?;
    let found = db::notifications::list(&mut state.db.read().await?, project, query, &page).await?;
    Ok(page.page(found, |last| Cursor { at: last.received_at, key: last.notice_no }))
}

/// A notification with what the store signed in it, decoded, and what it is about.
pub async fn get_detail(state: &AppState, project: &ProjectId, no: NotificationNo) -> Result<NotificationDetail> {
    let mut tx = state.db.read().await?;
    let notification = db::notifications::find(&mut tx, project, no).await?.ok_or(Error::NotFound("notification"))?;
    let payload = db::notifications::find_payload(&mut tx, project, no).await?.unwrap_or_default();
    let payment = match &notification.order_id {
        Some(order_id) => db::payments::find_by_order(&mut tx, project, notification.app_seq, order_id).await?,
        None => None,
    };
    let subscription = match &notification.chain_id {
        Some(chain_id) => db::subscriptions::find_by_chain(&mut tx, project, notification.app_seq, chain_id).await?,
        None => None,
    };
    Ok(NotificationDetail {
        decoded: state.stores.of(notification.store).show_notification(&payload),
        payment_seq: payment.map(|payment| payment.payment_seq),
        subscription_id: subscription.map(|subscription| subscription.subscription_id),
        notification,
    })
}

/// Has a dead or waiting notification applied again at once. Asks for the SUPPORT right at the edge.
pub async fn apply_again(state: &AppState, by: &By, project: &ProjectId, no: NotificationNo) -> Result<StoreNotification> {
    let at = state.clock.now();
    let notification = state
        .db
        .write(async |tx| {
            let before = db::notifications::find(tx, project, no).await?.ok_or(Error::NotFound("notification"))?;
            if !db::notifications::mark_due(tx, project, no, at).await? {
                return Err(Error::conflict("NOT_WAITING", "the notification is applied already, or is being applied now"));
            }
            let change = Change {
                action: "notice.apply_again",
                project: Some(project),
                target: format!("notification:{no}"),
                before: Some(json!({ "status": before.status, "reason": before.reason, "attempts": before.attempts })),
                after: None,
            };
            audit::record(tx, by, at, change).await?;
            db::notifications::find(tx, project, no).await?.ok_or(Error::NotFound("notification"))
        })
        .await?;
    state.wakes.notifications.notify_one();
    Ok(notification)
}
