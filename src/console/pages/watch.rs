//! What needs a person in a project today, and how each app does.

use leptos::prelude::*;

use super::overview::{alarm_note, attention_note};
use super::params::use_project;
use crate::console::fault_text;
use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, health_name, health_tone, store_name};
use crate::console::paths;
use crate::console::queries::get_watch;
use crate::console::store_labels::notification_status_name;
use crate::console::ui::{Badge, Callout, Card, Column, EmptyState, IconName, Moment, Page, Row, Table, Tone, grouped, loaded};
use crate::model::{App, AppWatch, Fault, ProjectId, RefusedGroup, UnappliedGroup, Watch as Watched};

/// The health of a project.
#[component]
pub fn Watch() -> AnyView {
    let project = use_project();
    let watch = Resource::new(move || project.get(), get_watch);
    view! {
        <Page title=tr!("watch.title") description=tr!("watch.about")>
            {loaded(watch, move |watch| content(&project.get_untracked(), watch))}
        </Page>
    }
    .into_any()
}

fn content(project: &ProjectId, watch: Watched) -> AnyView {
    let Watched { alarms, attention, apps, refused, unapplied } = watch;
    let silent = apps.iter().filter(|watch| watch.is_silent).map(|watch| silent_note(project, &watch.app)).collect::<Vec<_>>();
    let is_quiet = alarms.is_empty() && attention.is_empty() && silent.is_empty() && refused.is_empty() && unapplied.is_empty();
    let alarms = alarms.into_iter().map(alarm_note).collect::<Vec<_>>();
    let attention = (!attention.is_empty()).then(|| attention_note(project, attention));
    let all_well = is_quiet.then(|| {
        view! { <EmptyState icon=IconName::CheckCircle title=tr!("watch.all_well") text=tr!("watch.all_well_text")/> }
    });
    view! {
        {all_well}
        {alarms}
        {attention}
        {silent}
        {refused_card(project, refused)}
        {unapplied_card(project, unapplied)}
        {apps_card(project, apps)}
    }
    .into_any()
}

fn app_link(project: &ProjectId, app: &App) -> AnyView {
    let (href, environment) = (paths::app(project, app.app_seq), app.environment);
    view! { <a href=href>{app.name.clone()}</a>" "<span class="muted">{store_name(app.store)}</span>" "<EnvironmentBadge environment/> }.into_any()
}

/// An app that sells while its store says nothing.
pub fn silent_note(project: &ProjectId, app: &App) -> AnyView {
    let link = app_link(project, app);
    view! { <Callout tone=Tone::Bad title=tr!("watch.silent")><p>{link}</p><p>{tr!("watch.silent_text")}</p></Callout> }
        .into_any()
}

fn refused_card(project: &ProjectId, groups: Vec<RefusedGroup>) -> Option<AnyView> {
    if groups.is_empty() {
        return None;
    }
    let columns = vec![
        Column::text(tr!("watch.reason")),
        Column::text(tr!("products.app")),
        Column::number(tr!("watch.count")),
        Column::fit(tr!("watch.last")),
    ];
    let rows = groups.into_iter().map(|group| {
        let filters = [("status", "FAILURE"), ("refusal", group.refusal.as_str()), ("app", &group.app.app_seq.to_string())];
        Row::new()
            .href(paths::with_query(&paths::payments(project), &filters))
            .cell(fault_text(&Fault::new(group.refusal.as_str(), group.refusal.as_str())))
            .cell(app_link(project, &group.app))
            .cell(grouped(group.count))
            .cell(view! { <Moment at=group.last_at/> })
    });
    let rows: Vec<Row> = rows.collect();
    let card = view! {
        <Card title=tr!("watch.refused") description=tr!("watch.refused_about") flush=true>
            <Table caption=tr!("watch.refused") columns rows/>
        </Card>
    };
    Some(card.into_any())
}

fn unapplied_card(project: &ProjectId, groups: Vec<UnappliedGroup>) -> Option<AnyView> {
    if groups.is_empty() {
        return None;
    }
    let columns = vec![
        Column::text(tr!("watch.state")),
        Column::text(tr!("products.app")),
        Column::number(tr!("watch.count")),
        Column::fit(tr!("watch.first")),
    ];
    let rows = groups.into_iter().map(|group| {
        Row::new()
            .href(paths::with_query(&paths::notifications(project), &[("status", group.status.as_str())]))
            .cell(notification_status_name(group.status))
            .cell(app_link(project, &group.app))
            .cell(grouped(group.count))
            .cell(view! { <Moment at=group.first_at/> })
    });
    let rows: Vec<Row> = rows.collect();
    let card = view! {
        <Card title=tr!("watch.unapplied") description=tr!("watch.unapplied_about") flush=true>
            <Table caption=tr!("watch.unapplied") columns rows/>
        </Card>
    };
    Some(card.into_any())
}

fn apps_card(project: &ProjectId, apps: Vec<AppWatch>) -> Option<AnyView> {
    if apps.is_empty() {
        return None;
    }
    let columns = vec![
        Column::text(tr!("products.app")),
        Column::fit(tr!("health.column")),
        Column::number(tr!("watch.sales")),
        Column::number(tr!("watch.notifications")),
        Column::fit(tr!("watch.last_notification")),
    ];
    let rows = apps.into_iter().map(|watch| {
        let health =
            watch.health.map(|health| view! { <Badge label=health_name(health.status) tone=health_tone(health.status)/> });
        let last = match watch.last_notification_at {
            Some(at) => view! { <Moment at/> }.into_any(),
            None => view! { <span class="muted">{tr!("watch.none_in_week")}</span> }.into_any(),
        };
        Row::new()
            .cell(app_link(project, &watch.app))
            .cell(health)
            .cell(grouped(watch.sales))
            .cell(grouped(watch.notifications))
            .cell(last)
    });
    let rows: Vec<Row> = rows.collect();
    let card = view! {
        <Card title=tr!("watch.apps") description=tr!("watch.apps_about") flush=true>
            <Table caption=tr!("watch.apps") columns rows/>
        </Card>
    };
    Some(card.into_any())
}
