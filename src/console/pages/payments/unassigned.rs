use leptos::prelude::*;

use super::query;
use super::rows::payment_table;
use crate::console::i18n::tr;
use crate::console::pages::params::{use_list_page, use_project, use_value};
use crate::console::paths::{self, ListPage};
use crate::console::queries::list_payments;
use crate::console::ui::{EmptyState, IconName, Page, Pager, loaded};
use crate::model::{self, Payment, PaymentQuery, ProjectId};

/// Purchases nobody is known for: staff open one and assign it.
#[component]
pub fn Unassigned() -> AnyView {
    let (project, cursor) = (use_project(), use_value(query::CURSOR));
    let waiting = Resource::new(
        move || (project.get(), cursor.get()),
        |(project, cursor)| {
            let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
            list_payments(project, PaymentQuery { without_user: true, cursor, ..PaymentQuery::default() })
        },
    );
    let place = use_list_page();
    let show = move |page: model::Page<Payment>| results(&project.get_untracked(), page, &place.get_untracked());
    view! { <Page title=tr!("unassigned.title") description=tr!("unassigned.about")>{loaded(waiting, show)}</Page> }.into_any()
}

fn results(project: &ProjectId, page: model::Page<Payment>, place: &ListPage) -> AnyView {
    if page.items.is_empty() && place.cursor.is_none() {
        return view! { <EmptyState icon=IconName::CheckCircle title=tr!("unassigned.none") text=tr!("unassigned.none_text")/> }
            .into_any();
    }
    let (prev, next) = place.neighbours(&paths::unassigned(project), page.next_cursor.as_deref());
    view! {
        {payment_table(project, tr!("unassigned.title"), page.items)}
        <Pager prev next/>
    }
    .into_any()
}
