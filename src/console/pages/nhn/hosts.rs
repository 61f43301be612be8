use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::store_name;
use crate::console::queries::NhnPage;
use crate::console::ui::{Card, Column, CopyText, Row, Table};

/// The server API's present host, and Gamebase's.
const IAP_HOST: &str = "https://api-iap.cloud.toast.com";
const GAMEBASE_HOST: &str = "https://api-gamebase.nhncloudservice.com";

/// Every address that changes: only the host does.
pub fn hosts_card(page: &NhnPage) -> AnyView {
    let gamebase = format!("{}/tcgb-inapp/v1.3/apps/{}", page.host, page.settings.gamebase_id(&page.project));
    let servers = [
        (tr!("nhn.host_server"), IAP_HOST.to_owned(), page.host.clone()),
        (tr!("nhn.host_gamebase"), format!("{GAMEBASE_HOST}/tcgb-inapp/v1.3/apps/…"), gamebase),
    ];
    let notifications = page.notifications.iter().map(|(app, address)| {
        let what = tr!("nhn.host_notice", store = store_name(app.store), app = app.store_app_id);
        (what, tr!("nhn.host_notice_old"), address.clone())
    });
    let rows = servers.into_iter().chain(notifications).map(|(what, old, new)| {
        Row::new().cell(what.clone()).cell(view! { <span class="muted">{old}</span> }).cell(view! { <CopyText value=new what/> })
    });
    let rows = rows.collect::<Vec<_>>();
    let columns =
        vec![Column::text(tr!("nhn.host_what")), Column::text(tr!("nhn.host_before")), Column::text(tr!("nhn.host_now"))];
    view! {
        <div id="hosts">
            <Card title=tr!("nhn.hosts") description=tr!("nhn.hosts_text")><Table caption=tr!("nhn.hosts") columns rows/></Card>
        </div>
    }
    .into_any()
}
