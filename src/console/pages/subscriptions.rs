//! Subscriptions: the list with its filters, and one subscription period by period.

mod detail;
mod extend;
mod query;
mod rows;
mod store_actions;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::list::{List, choices, environment_choices, store_choices, use_search};
use crate::console::pages::params::{use_list_page, use_pairs, use_project, use_value};
use crate::console::paths;
use crate::console::queries::list_subscriptions;
use crate::console::store_labels::subscription_state_name;
use crate::console::ui::{EmptyState, FilterForm, IconName, Page, SearchBox, SelectInput, TextInput, loaded};
use crate::model::{self, ProjectId, Subscription, SubscriptionState};

pub use detail::SubscriptionDetailPage;
pub(super) use rows::{subscription_table, user_link};

/// A project's subscriptions: one search box for any id, filters in the address, pages by key.
#[component]
pub fn Subscriptions() -> AnyView {
    let (project, search, pairs) = (use_project(), use_search(query::read), use_pairs(&query::ALL));
    let place = use_list_page();
    let found = Resource::new(move || (project.get(), search.get()), |(project, query)| list_subscriptions(project, query));
    let show = move |page: model::Page<Subscription>| {
        let project = project.get_untracked();
        let (filters, page_shown) = (pairs.get_untracked(), place.get_untracked());
        let list = List { here: paths::subscriptions(&project), filters, page: page_shown, csv: None };
        results(&project, page, &list)
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
    let states = choices(SubscriptionState::ALL, SubscriptionState::as_str, subscription_state_name);
    let (stores, environments) = (store_choices(), environment_choices());
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

fn results(project: &ProjectId, page: model::Page<Subscription>, list: &List) -> AnyView {
    if !page.items.is_empty() {
        let table = subscription_table(project, tr!("subscriptions.title"), page.items);
        return list.view(table, page.next_cursor.as_deref());
    }
    if list.is_filtered() {
        return list.none_match(tr!("subscriptions.none_match"));
    }
    view! { <EmptyState icon=IconName::Repeat title=tr!("subscriptions.none") text=tr!("subscriptions.none_text")/> }.into_any()
}
