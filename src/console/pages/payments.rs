//! Payments: the list with its one search box, one payment with its history, one player.

mod actions;
mod answer;
mod attention;
mod detail;
mod dialogs;
mod history;
mod lines;
mod notes;
mod query;
mod recheck;
mod rows;
mod unassigned;
mod user;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{attention_name, payment_status_name};
use crate::console::pages::list::{List, choices, environment_choices, store_choices, use_search};
use crate::console::pages::params::{use_pairs, use_project, use_value};
use crate::console::paths;
use crate::console::queries::list_payments;
use crate::console::store_labels::{discount_type_name, offer_type_name, payment_source_name};
use crate::console::ui::{
    ButtonLink, Checkbox, EmptyState, FilterForm, IconName, Order, Page, SearchBox, SelectInput, TextInput, loaded,
};
use crate::model::{self, Attention, DiscountType, OfferType, Payment, PaymentSource, PaymentStatus, ProjectId};
use rows::sorted_payment_table;

pub use detail::PaymentDetailPage;
pub use query::read as read_payment_query;
pub(super) use rows::payment_table;
pub use unassigned::Unassigned;
pub use user::UserDetail;

/// A project's payments: one search box for any id, filters in the address, pages by key.
#[component]
pub fn Payments() -> AnyView {
    let (project, search, pairs) = (use_project(), use_search(query::read), use_pairs(&query::ALL));
    let payments = Resource::new(move || (project.get(), search.get()), |(project, query)| list_payments(project, query));
    let show = move |page: model::Page<Payment>| {
        let project = project.get_untracked();
        let (is_later, oldest_first) = search.with_untracked(|search| (search.cursor.is_some(), search.oldest_first));
        let (here, csv) = (paths::payments(&project), Some(paths::payments_csv(&project)));
        results(&project, page, &List { here, filters: pairs.get_untracked(), is_later, csv }, oldest_first)
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
    let statuses = choices(PaymentStatus::ALL, PaymentStatus::as_str, payment_status_name);
    let (stores, environments) = (store_choices(), environment_choices());
    let offers = choices(OfferType::ALL, OfferType::as_str, offer_type_name);
    let discounts = choices(DiscountType::ALL, DiscountType::as_str, discount_type_name);
    let sources = choices(PaymentSource::ALL, PaymentSource::as_str, payment_source_name);
    let attention = choices(Attention::ALL, Attention::as_str, attention_name);
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
            <SelectInput name=query::DISCOUNT label=tr!("payments.discount_type") choices=discounts value=use_value(query::DISCOUNT)/>
            <SelectInput name=query::SOURCE label=tr!("payments.source") choices=sources value=use_value(query::SOURCE)/>
            <SelectInput name=query::ATTENTION label=tr!("payments.attention") choices=attention value=use_value(query::ATTENTION)/>
            <TextInput name=query::FROM label=tr!("payments.from") kind="date" value=use_value(query::FROM)/>
            <TextInput name=query::TO label=tr!("payments.to") kind="date" value=use_value(query::TO)/>
            <input type="hidden" name=query::SORT value=sort/>
            <Checkbox name=query::UNCONSUMED label=tr!("payments.unconsumed_only") checked=is_unconsumed/>
            <Checkbox name=query::WITHHELD label=tr!("payments.withheld_only") checked=is_withheld/>
        </FilterForm>
    }
    .into_any()
}

fn results(project: &ProjectId, page: model::Page<Payment>, list: &List, oldest_first: bool) -> AnyView {
    if page.items.is_empty() {
        return if list.is_filtered() { list.none_match(tr!("payments.none_match")) } else { none() };
    }
    let filters = list.filters.iter().map(|(name, value)| (*name, value.as_str())).filter(|(name, _)| *name != query::SORT);
    let (other, order) = if oldest_first { ("", Order::Ascending) } else { (query::OLDEST, Order::Descending) };
    let other_order = paths::with_query(&list.here, &filters.chain([(query::SORT, other)]).collect::<Vec<_>>());
    list.view(sorted_payment_table(project, page.items, other_order, order), page.next_cursor.as_deref())
}

fn none() -> AnyView {
    let action = || view! { <ButtonLink href="/api/docs" label=tr!("payments.to_docs") external=true/> };
    view! { <EmptyState icon=IconName::Card title=tr!("payments.none") text=tr!("payments.none_text") action/> }.into_any()
}
