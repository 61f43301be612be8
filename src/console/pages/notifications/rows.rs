use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::store_words::{NoticeStatusBadge, notice_source_name, notice_status_name, notice_status_tone};
use crate::console::ui::{Column, Happening, Moment, Row, Table};
use crate::console::words::{EnvironmentBadge, store_name};
use crate::model::{NoticeSource, ProjectId, StoreNotice};

/// Notices as rows that lead to their pages.
pub fn notice_table(project: &ProjectId, notices: Vec<StoreNotice>) -> AnyView {
    let columns = vec![
        Column::fit(tr!("notifications.received")),
        Column::fit(tr!("payments.status")),
        Column::text(tr!("notifications.kind")),
        Column::text(tr!("notifications.effect")),
        Column::fit(tr!("payments.store")),
        Column::text(tr!("payments.order_id")),
    ];
    let rows = notices.into_iter().map(|notice| row(project, notice)).collect();
    view! { <Table caption=tr!("notifications.title") columns rows/> }.into_any()
}

fn row(project: &ProjectId, notice: StoreNotice) -> Row {
    let is_healed = notice.source == NoticeSource::Healed;
    Row::new()
        .href(paths::notification(project, notice.notice_no))
        .cell(view! { <Moment at=notice.received_at/> })
        .cell(view! {
            <NoticeStatusBadge status=notice.status/>
            {is_healed.then(|| view! { " "<span class="muted">{notice_source_name(NoticeSource::Healed)}</span> })}
        })
        .cell(view! { <code>{words(&notice)}</code> })
        .cell(view! { <code>{notice.effect.unwrap_or_default()}</code> })
        .cell(view! { {store_name(notice.store)}" "<EnvironmentBadge environment=notice.environment/> })
        .cell(view! { <code>{notice.order_id.or(notice.chain_id).unwrap_or_default()}</code> })
}

/// The store's own words for a notice: `DID_RENEW · BILLING_RECOVERY`.
pub fn words(notice: &StoreNotice) -> String {
    match &notice.subtype {
        Some(subtype) => format!("{} · {subtype}", notice.kind),
        None => notice.kind.clone(),
    }
}

/// A notice as a line of a history.
pub fn notice_happening(project: &ProjectId, notice: StoreNotice) -> Happening {
    let href = paths::notification(project, notice.notice_no);
    let (status, effect) = (notice_status_name(notice.status), notice.effect.clone());
    let healed = (notice.source == NoticeSource::Healed).then(|| notice_source_name(NoticeSource::Healed));
    let body = view! {
        <p class="muted">
            <a href=href>{status}</a>
            {effect.map(|effect| view! { " · "<code>{effect}</code> })}
            {healed.map(|healed| format!(" · {healed}"))}
        </p>
    };
    Happening::new(notice.signed_at, words(&notice))
        .by(store_name(notice.store))
        .tone(notice_status_tone(notice.status))
        .body(body)
}
