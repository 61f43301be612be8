//! Apps: the list, adding one, and one store's set-up with help on where each value is found.

mod catalog;
mod consumed_orders;
mod detail;
mod fields;
mod health;
mod new;
mod outage;
mod roots;
mod secrets;
mod store_fields;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, UseStatusDot, store_name};
use crate::console::pages::params::use_project;
use crate::console::paths;
use crate::console::queries::{AppRow, list_apps};
use crate::console::reader::for_those_who;
use crate::console::ui::{ButtonKind, ButtonLink, Column, EmptyState, IconName, Page, Row, Table, loaded};
use crate::model::{Permission, ProjectId, UseStatus};
use health::health_mark;

pub use catalog::CatalogImport;
pub use consumed_orders::ConsumedOrders;
pub use detail::AppDetail;
pub use new::AppNew;

/// A project's apps.
#[component]
pub fn Apps() -> AnyView {
    let project = use_project();
    let apps = Resource::new(move || project.get(), list_apps);
    let new = paths::app_new(&project.get_untracked());
    let add = move || {
        let href = new.clone();
        view! { <ButtonLink href label=tr!("apps.new") kind=ButtonKind::Primary icon=IconName::Plus/> }.into_any()
    };
    let actions = move || for_those_who(Permission::Configure, add);
    view! {
        <Page title=tr!("apps.title") description=tr!("apps.about") actions>
            {loaded(apps, move |apps| table(&project.get_untracked(), apps))}
        </Page>
    }
    .into_any()
}

fn table(project: &ProjectId, apps: Vec<AppRow>) -> AnyView {
    if apps.is_empty() {
        let new = paths::app_new(project);
        let action = move || view! { <ButtonLink href=new label=tr!("apps.new") kind=ButtonKind::Primary/> };
        return view! { <EmptyState icon=IconName::Apps title=tr!("apps.none") text=tr!("apps.none_text") action/> }.into_any();
    }
    let columns = vec![
        Column::text(tr!("apps.name")),
        Column::fit(tr!("apps.store")),
        Column::text(tr!("apps.store_app_id")),
        Column::fit(tr!("apps.environment")),
        Column::fit(tr!("apps.status")),
        Column::fit(tr!("health.column")),
        Column::fit(tr!("apps.seq")),
    ];
    let rows = apps.into_iter().map(|AppRow { app, health }| {
        Row::new()
            .href(paths::app(project, app.app_seq))
            .dimmed(app.status == UseStatus::Stop)
            .cell(app.name)
            .cell(store_name(app.store))
            .cell(view! { <code>{app.store_app_id}</code> })
            .cell(view! { <EnvironmentBadge environment=app.environment/> })
            .cell(view! { <UseStatusDot status=app.status/> })
            .cell(health_mark(health.as_ref()))
            .cell(app.app_seq.to_string())
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table caption=tr!("apps.title") columns rows/> }.into_any()
}
