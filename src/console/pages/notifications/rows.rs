use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, store_name};
use crate::console::paths;
use crate::console::store_labels::{
    NotificationStatusBadge, notification_source_name, notification_status_name, notification_status_tone,
};
use crate::console::ui::{Column, Moment, Row, Table, TimelineItem};
use crate::model::{NotificationSource, ProjectId, StoreNotification};

/// Notifications as rows that lead to their pages.
pub fn notification_table(project: &ProjectId, notifications: Vec<StoreNotification>) -> AnyView {
    let columns = vec![
        Column::fit(tr!("notifications.received")),
        Column::fit(tr!("payments.status")),
        Column::text(tr!("notifications.kind")),
        Column::text(tr!("notifications.effect")),
        Column::fit(tr!("payments.store")),
        Column::text(tr!("payments.order_id")),
    ];
    let rows = notifications.into_iter().map(|notification| row(project, notification)).collect();
    view! { <Table caption=tr!("notifications.title") columns rows/> }.into_any()
}

fn row(project: &ProjectId, notification: StoreNotification) -> Row {
    let is_backfilled = notification.source == NotificationSource::Backfilled;
    Row::new()
        .href(paths::notification(project, notification.notice_no))
        .cell(view! { <Moment at=notification.received_at/> })
        .cell(view! {
            <NotificationStatusBadge status=notification.status/>
            {is_backfilled.then(|| view! { " "<span class="muted">{notification_source_name(NotificationSource::Backfilled)}</span> })}
        })
        .cell(view! { <code>{kind_text(&notification)}</code> })
        .cell(view! { <code>{notification.effect.unwrap_or_default()}</code> })
        .cell(view! { {store_name(notification.store)}" "<EnvironmentBadge environment=notification.environment/> })
        .cell(view! { <code>{notification.order_id.or(notification.chain_id).unwrap_or_default()}</code> })
}

/// The store's own type for a notification: `DID_RENEW · BILLING_RECOVERY`.
pub fn kind_text(notification: &StoreNotification) -> String {
    match &notification.subtype {
        Some(subtype) => format!("{} · {subtype}", notification.kind),
        None => notification.kind.clone(),
    }
}

/// A notification as a line of a history.
pub fn notification_item(project: &ProjectId, notification: StoreNotification) -> TimelineItem {
    let href = paths::notification(project, notification.notice_no);
    let (status, effect) = (notification_status_name(notification.status), notification.effect.clone());
    let backfilled =
        (notification.source == NotificationSource::Backfilled).then(|| notification_source_name(NotificationSource::Backfilled));
    let body = view! {
        <p class="muted">
            <a href=href>{status}</a>
            {effect.map(|effect| view! { " · "<code>{effect}</code> })}
            {backfilled.map(|source| format!(" · {source}"))}
        </p>
    };
    TimelineItem::new(notification.signed_at, kind_text(&notification))
        .by(store_name(notification.store))
        .tone(notification_status_tone(notification.status))
        .body(body)
}
