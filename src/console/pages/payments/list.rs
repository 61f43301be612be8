use leptos::prelude::*;

use super::query::{self, use_pairs, use_payment_query};
use super::rows::sorted_payment_table;
use crate::console::i18n::tr;
use crate::console::labels::{environment_name, payment_status_name, store_name};
use crate::console::pages::params::{use_project, use_value};
use crate::console::paths;
use crate::console::queries::list_payments;
use crate::console::store_labels::{offer_type_name, payment_source_name};
use crate::console::ui::{
    ButtonLink, Checkbox, Choice, EmptyState, FilterForm, IconName, Order, Page, Pager, SearchBox, SelectInput, TextInput, loaded,
};
use crate::model::{self, Environment, OfferType, Payment, PaymentSource, PaymentStatus, ProjectId, StoreCode};

/// A project's payments: one search box for any id, filters in the address, pages by key.
#[component]
pub fn Payments() -> AnyView {
    let (project, search, pairs) = (use_project(), use_payment_query(), use_pairs());
    let payments = Resource::new(move || (project.get(), search.get()), |(project, query)| list_payments(project, query));
    let show = move |page: model::Page<Payment>| {
        let is_filtered = pairs.with_untracked(|pairs| pairs.iter().any(|(_, value)| !value.is_empty()));
        let (is_later, oldest_first) = search.with_untracked(|search| (search.cursor.is_some(), search.oldest_first));
        let shown = Shown { is_filtered, is_later, oldest_first };
        results(&project.get_untracked(), page, &pairs.get_untracked(), shown)
    };
    view! {
        <Page title=tr!("payments.title") description=tr!("payments.about")>
            {filters(&project.get_untracked())}
            {loaded(payments, show)}
        </Page>
    }
    .into_any()
}

fn filters(project: &ProjectId) -> AnyView {
    let any = || Choice::new("", tr!("payments.any"));
    let statuses = PaymentStatus::ALL.iter().map(|status| Choice::new(status.as_str(), payment_status_name(*status)));
    let stores = StoreCode::ALL.iter().map(|store| Choice::new(store.as_str(), store_name(*store)));
    let environments = Environment::ALL.iter().map(|one| Choice::new(one.as_str(), environment_name(*one)));
    let with_any = |choices: Vec<Choice>| std::iter::once(any()).chain(choices).collect::<Vec<_>>();
    let (statuses, stores, environments) =
        (with_any(statuses.collect()), with_any(stores.collect()), with_any(environments.collect()));
    let offers = OfferType::ALL.iter().map(|offer| Choice::new(offer.as_str(), offer_type_name(*offer)));
    let sources = PaymentSource::ALL.iter().map(|source| Choice::new(source.as_str(), payment_source_name(*source)));
    let (offers, sources) = (with_any(offers.collect()), with_any(sources.collect()));
    let sort = use_value(query::SORT);
    let is_withheld = !use_value(query::WITHHELD).get_untracked().is_empty();
    let is_unconsumed = !use_value(query::UNCONSUMED).get_untracked().is_empty();
    view! {
        <FilterForm clear=paths::payments(project)>
            <SearchBox name=query::ANY_ID label=tr!("payments.search") placeholder=tr!("payments.search_hint") value=use_value(query::ANY_ID)/>
            <SelectInput name=query::STATUS label=tr!("payments.status") choices=statuses value=use_value(query::STATUS)/>
            <SelectInput name=query::STORE label=tr!("payments.store") choices=stores value=use_value(query::STORE)/>
            <SelectInput name=query::ENVIRONMENT label=tr!("payments.environment") choices=environments value=use_value(query::ENVIRONMENT)/>
            <TextInput name=query::PRODUCT label=tr!("payments.product_id") value=use_value(query::PRODUCT)/>
            <SelectInput name=query::OFFER label=tr!("payments.offer_type") choices=offers value=use_value(query::OFFER)/>
            <SelectInput name=query::SOURCE label=tr!("payments.source") choices=sources value=use_value(query::SOURCE)/>
            <TextInput name=query::FROM label=tr!("payments.from") kind="date" value=use_value(query::FROM)/>
            <TextInput name=query::TO label=tr!("payments.to") kind="date" value=use_value(query::TO)/>
            <input type="hidden" name=query::SORT value=sort/>
            <Checkbox name=query::UNCONSUMED label=tr!("payments.unconsumed_only") checked=is_unconsumed/>
            <Checkbox name=query::WITHHELD label=tr!("payments.withheld_only") checked=is_withheld/>
        </FilterForm>
    }
    .into_any()
}

/// Which page of which list is shown.
struct Shown {
    is_filtered: bool,
    is_later: bool,
    oldest_first: bool,
}

fn results(project: &ProjectId, page: model::Page<Payment>, pairs: &[(&str, String)], shown: Shown) -> AnyView {
    if page.items.is_empty() {
        return empty(project, shown.is_filtered || shown.is_later);
    }
    let base: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let list = paths::payments(project);
    let first = shown.is_later.then(|| paths::with_query(&list, &base));
    let next = page.next_cursor.as_deref().map(|cursor| {
        let with_cursor: Vec<_> = base.iter().copied().chain([(query::CURSOR, cursor)]).collect();
        paths::with_query(&list, &with_cursor)
    });
    let csv = paths::with_query(&paths::payments_csv(project), &base);
    let unsorted = base.iter().copied().filter(|(name, _)| *name != query::SORT);
    let (other, order) = if shown.oldest_first { ("", Order::Ascending) } else { (query::OLDEST, Order::Descending) };
    let other_order = paths::with_query(&list, &unsorted.chain([(query::SORT, other)]).collect::<Vec<_>>());
    view! {
        {sorted_payment_table(project, page.items, other_order, order)}
        <Pager prev=first next/>
        <div class="form-buttons"><ButtonLink href=csv label=tr!("export.csv") icon=IconName::Download external=true/></div>
    }
    .into_any()
}

fn empty(project: &ProjectId, is_filtered: bool) -> AnyView {
    if is_filtered {
        let clear = paths::payments(project);
        let action = move || view! { <ButtonLink href=clear label=tr!("filter.clear")/> };
        return view! { <EmptyState icon=IconName::Search title=tr!("payments.none_match") text=tr!("payments.none_match_text") action/> }
            .into_any();
    }
    let action = || view! { <ButtonLink href="/api/docs" label=tr!("payments.to_docs") external=true/> };
    view! { <EmptyState icon=IconName::Card title=tr!("payments.none") text=tr!("payments.none_text") action/> }.into_any()
}
