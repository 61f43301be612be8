//! Payments: the list with its one search box, one payment with its history, one player.

mod actions;
mod answer;
mod attention;
mod detail;
mod dialogs;
mod filters;
mod history;
mod lines;
mod notes;
mod query;
mod recheck;
mod rows;
mod totals;
mod unassigned;
mod user;
mod views;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::list::{List, use_search};
use crate::console::pages::params::{use_list_page, use_pairs, use_project, use_value};
use crate::console::paths;
use crate::console::queries::{PaymentsPage, get_payments};
use crate::console::ui::{ButtonLink, EmptyState, IconName, Order, Page, loaded};
use crate::model::{self, Payment, ProjectId};
use filters::filters;
use rows::sorted_payment_table;
use totals::totals_line;
use views::{ViewForms, saved_views};

pub use detail::PaymentDetailPage;
pub use query::read as read_payment_query;
pub(super) use rows::payment_table;
pub use unassigned::Unassigned;
pub use user::UserDetail;

/// A project's payments: one search box for any id, filters in the address, pages by key.
#[component]
pub fn Payments() -> AnyView {
    let (project, search, pairs) = (use_project(), use_search(query::read), use_pairs(&query::ALL));
    let (place, totals) = (use_list_page(), use_value(query::TOTALS));
    let forms = ViewForms { save: ServerAction::new(), delete: ServerAction::new() };
    let payments = Resource::new(
        move || (project.get(), search.get(), !totals.get().is_empty()),
        |(project, query, with_totals)| get_payments(project, query, with_totals),
    );
    let show = move |page: PaymentsPage| {
        let project = project.get_untracked();
        let (place, oldest_first) = (place.get_untracked(), search.with_untracked(|search| search.oldest_first));
        let (here, csv) = (paths::payments(&project), Some(paths::payments_csv(&project)));
        let list = List { here, filters: pairs.get_untracked(), page: place, csv };
        let PaymentsPage { payments, apps, products, totals, views } = page;
        view! {
            {saved_views(&project, &list, views, forms)}
            {filters(&project, &apps, products)}
            {totals_line(&list, &payments, totals)}
            {results(&project, payments, &list, oldest_first)}
        }
        .into_any()
    };
    view! { <Page title=tr!("payments.title") description=tr!("payments.about")>{loaded(payments, show)}</Page> }.into_any()
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
