//! What stores told us: the inbox with its filters, and one notification decoded.

mod detail;
mod query;
mod rows;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::list::{List, choices, environment_choices, store_choices, use_search};
use crate::console::pages::params::{use_list_page, use_pairs, use_project, use_value};
use crate::console::paths;
use crate::console::queries::list_notifications;
use crate::console::store_labels::{notification_source_name, notification_status_name};
use crate::console::ui::{ButtonLink, EmptyState, FilterForm, IconName, Page, SearchBox, SelectInput, TextInput, loaded};
use crate::model::{self, NotificationSource, NotificationStatus, ProjectId, StoreNotification};
use rows::notification_table;

pub use detail::NotificationDetailPage;
pub(super) use rows::{kind_text, notification_item};

/// What stores told a project: received or found later, applied or not.
#[component]
pub fn Notifications() -> AnyView {
    let (project, search, pairs) = (use_project(), use_search(query::read), use_pairs(&query::ALL));
    let place = use_list_page();
    let found = Resource::new(move || (project.get(), search.get()), |(project, query)| list_notifications(project, query));
    let show = move |page: model::Page<StoreNotification>| {
        let project = project.get_untracked();
        let (filters, page_shown) = (pairs.get_untracked(), place.get_untracked());
        let list = List { here: paths::notifications(&project), filters, page: page_shown, csv: None };
        results(&project, page, &list)
    };
    view! {
        <Page title=tr!("notifications.title") description=tr!("notifications.about")>
            {filters(&project.get_untracked())}
            {loaded(found, show)}
        </Page>
    }
    .into_any()
}

fn filters(project: &ProjectId) -> AnyView {
    let statuses = choices(NotificationStatus::ALL, NotificationStatus::as_str, notification_status_name);
    let sources = choices(NotificationSource::ALL, NotificationSource::as_str, notification_source_name);
    let (stores, environments) = (store_choices(), environment_choices());
    view! {
        <FilterForm clear=paths::notifications(project)>
            <SearchBox name=query::ANY_ID label=tr!("payments.search") placeholder=tr!("notifications.search_hint") value=use_value(query::ANY_ID)/>
            <SelectInput name=query::STATUS label=tr!("payments.status") choices=statuses value=use_value(query::STATUS)/>
            <SelectInput name=query::SOURCE label=tr!("notifications.source") choices=sources value=use_value(query::SOURCE)/>
            <SelectInput name=query::STORE label=tr!("payments.store") choices=stores value=use_value(query::STORE)/>
            <SelectInput name=query::ENVIRONMENT label=tr!("payments.environment") choices=environments value=use_value(query::ENVIRONMENT)/>
            <TextInput name=query::KIND label=tr!("notifications.kind") value=use_value(query::KIND)/>
            <TextInput name=query::FROM label=tr!("payments.from") kind="date" value=use_value(query::FROM)/>
            <TextInput name=query::TO label=tr!("payments.to") kind="date" value=use_value(query::TO)/>
        </FilterForm>
    }
    .into_any()
}

fn results(project: &ProjectId, page: model::Page<StoreNotification>, list: &List) -> AnyView {
    if !page.items.is_empty() {
        return list.view(notification_table(project, page.items), page.next_cursor.as_deref());
    }
    if list.is_filtered() {
        return list.none_match(tr!("notifications.none_match"));
    }
    let apps = paths::apps(project);
    let action = move || view! { <ButtonLink href=apps label=tr!("notifications.to_apps")/> };
    view! { <EmptyState icon=IconName::Bell title=tr!("notifications.none") text=tr!("notifications.none_text") action/> }
        .into_any()
}
