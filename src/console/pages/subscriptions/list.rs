use leptos::prelude::*;

use super::query::{self, use_subscription_query};
use super::rows::subscription_table;
use crate::console::i18n::tr;
use crate::console::labels::{environment_name, store_name};
use crate::console::pages::params::{use_pairs, use_project, use_value};
use crate::console::paths;
use crate::console::queries::list_subscriptions;
use crate::console::store_labels::subscription_state_name;
use crate::console::ui::{
    ButtonLink, Choice, EmptyState, FilterForm, IconName, Page, Pager, SearchBox, SelectInput, TextInput, loaded,
};
use crate::model::{self, Environment, ProjectId, StoreCode, Subscription, SubscriptionState};

/// A project's subscriptions: one search box for any id, filters in the address, pages by key.
#[component]
pub fn Subscriptions() -> AnyView {
    let (project, search, pairs) = (use_project(), use_subscription_query(), use_pairs(&query::ALL));
    let found = Resource::new(move || (project.get(), search.get()), |(project, query)| list_subscriptions(project, query));
    let show = move |page: model::Page<Subscription>| {
        let is_later = search.with_untracked(|search| search.cursor.is_some());
        results(&project.get_untracked(), page, &pairs.get_untracked(), is_later)
    };
    view! {
        <Page title=tr!("subscriptions.title") description=tr!("subscriptions.about")>
            {filters(&project.get_untracked())}
            {loaded(found, show)}
        </Page>
    }
    .into_any()
}

fn filters(project: &ProjectId) -> AnyView {
    let with_any =
        |choices: Vec<Choice>| std::iter::once(Choice::new("", tr!("payments.any"))).chain(choices).collect::<Vec<_>>();
    let states = SubscriptionState::ALL.iter().map(|state| Choice::new(state.as_str(), subscription_state_name(*state)));
    let stores = StoreCode::ALL.iter().map(|store| Choice::new(store.as_str(), store_name(*store)));
    let environments = Environment::ALL.iter().map(|one| Choice::new(one.as_str(), environment_name(*one)));
    let (states, stores, environments) =
        (with_any(states.collect()), with_any(stores.collect()), with_any(environments.collect()));
    view! {
        <FilterForm clear=paths::subscriptions(project)>
            <SearchBox name=query::ANY_ID label=tr!("payments.search") placeholder=tr!("subscriptions.search_hint") value=use_value(query::ANY_ID)/>
            <SelectInput name=query::STATE label=tr!("subscriptions.state") choices=states value=use_value(query::STATE)/>
            <SelectInput name=query::STORE label=tr!("payments.store") choices=stores value=use_value(query::STORE)/>
            <SelectInput name=query::ENVIRONMENT label=tr!("payments.environment") choices=environments value=use_value(query::ENVIRONMENT)/>
            <TextInput name=query::PRODUCT label=tr!("payments.product_id") value=use_value(query::PRODUCT)/>
            <TextInput name=query::FROM label=tr!("subscriptions.from") kind="date" value=use_value(query::FROM)/>
            <TextInput name=query::TO label=tr!("subscriptions.to") kind="date" value=use_value(query::TO)/>
        </FilterForm>
    }
    .into_any()
}

fn results(project: &ProjectId, page: model::Page<Subscription>, pairs: &[(&str, String)], is_later: bool) -> AnyView {
    let here = paths::subscriptions(project);
    if page.items.is_empty() {
        return empty(here, is_later || pairs.iter().any(|(_, value)| !value.is_empty()));
    }
    let (first, next) = paths::pages(&here, pairs, is_later, page.next_cursor.as_deref());
    view! {
        {subscription_table(project, tr!("subscriptions.title"), page.items)}
        <Pager prev=first next/>
    }
    .into_any()
}

fn empty(clear: String, is_filtered: bool) -> AnyView {
    if is_filtered {
        let action = move || view! { <ButtonLink href=clear label=tr!("filter.clear")/> };
        return view! { <EmptyState icon=IconName::Search title=tr!("subscriptions.none_match") text=tr!("payments.none_match_text") action/> }
            .into_any();
    }
    view! { <EmptyState icon=IconName::Repeat title=tr!("subscriptions.none") text=tr!("subscriptions.none_text")/> }.into_any()
}
