use leptos::prelude::*;

use super::query::{self, use_notification_query};
use super::rows::notification_table;
use crate::console::i18n::tr;
use crate::console::labels::{environment_name, store_name};
use crate::console::pages::params::{use_pairs, use_project, use_value};
use crate::console::paths;
use crate::console::queries::list_notifications;
use crate::console::store_labels::{notification_source_name, notification_status_name};
use crate::console::ui::{
    ButtonLink, Choice, EmptyState, FilterForm, IconName, Page, Pager, SearchBox, SelectInput, TextInput, loaded,
};
use crate::model::{self, Environment, NotificationSource, NotificationStatus, ProjectId, StoreCode, StoreNotification};

/// What stores told a project: received or found later, applied or not.
#[component]
pub fn Notifications() -> AnyView {
    let (project, search, pairs) = (use_project(), use_notification_query(), use_pairs(&query::ALL));
    let found = Resource::new(move || (project.get(), search.get()), |(project, query)| list_notifications(project, query));
    let show = move |page: model::Page<StoreNotification>| {
        let is_later = search.with_untracked(|search| search.cursor.is_some());
        results(&project.get_untracked(), page, &pairs.get_untracked(), is_later)
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
    let with_any =
        |choices: Vec<Choice>| std::iter::once(Choice::new("", tr!("payments.any"))).chain(choices).collect::<Vec<_>>();
    let statuses = NotificationStatus::ALL.iter().map(|status| Choice::new(status.as_str(), notification_status_name(*status)));
    let sources = NotificationSource::ALL.iter().map(|source| Choice::new(source.as_str(), notification_source_name(*source)));
    let stores = StoreCode::ALL.iter().map(|store| Choice::new(store.as_str(), store_name(*store)));
    let environments = Environment::ALL.iter().map(|one| Choice::new(one.as_str(), environment_name(*one)));
    let (statuses, sources) = (with_any(statuses.collect()), with_any(sources.collect()));
    let (stores, environments) = (with_any(stores.collect()), with_any(environments.collect()));
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

fn results(project: &ProjectId, page: model::Page<StoreNotification>, pairs: &[(&str, String)], is_later: bool) -> AnyView {
    let here = paths::notifications(project);
    if page.items.is_empty() {
        return empty(project, here, is_later || pairs.iter().any(|(_, value)| !value.is_empty()));
    }
    let (first, next) = paths::pages(&here, pairs, is_later, page.next_cursor.as_deref());
    view! {
        {notification_table(project, page.items)}
        <Pager prev=first next/>
    }
    .into_any()
}

fn empty(project: &ProjectId, clear: String, is_filtered: bool) -> AnyView {
    if is_filtered {
        let action = move || view! { <ButtonLink href=clear label=tr!("filter.clear")/> };
        return view! { <EmptyState icon=IconName::Search title=tr!("notifications.none_match") text=tr!("payments.none_match_text") action/> }
            .into_any();
    }
    let apps = paths::apps(project);
    let action = move || view! { <ButtonLink href=apps label=tr!("notifications.to_apps")/> };
    view! { <EmptyState icon=IconName::Bell title=tr!("notifications.none") text=tr!("notifications.none_text") action/> }
        .into_any()
}
