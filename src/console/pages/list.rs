//! What the pages of lists have in common: filters and page in the address, a table or what stands in its place, a pager.

mod address;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{environment_name, store_name};
use crate::console::paths::{self, ListPage};
use crate::console::ui::{ButtonLink, Choice, EmptyState, IconName, Pager};
use crate::model::{Environment, StoreCode};

pub use address::{ANY_ID, Address, CURSOR, ENVIRONMENT, FROM, FROM_TIME, PRODUCT, STORE, TO, TO_TIME, use_search};

/// Where a list is, and which part of it is shown.
#[derive(Debug, Clone)]
pub struct List {
    /// Its address without a query.
    pub here: String,
    /// The filters as they stand in the address, without the page.
    pub filters: Vec<(&'static str, String)>,
    pub page: ListPage,
    /// The address of its CSV file, without a query.
    pub csv: Option<String>,
}

impl List {
    /// Whether there may be rows that are not shown because of the filters or the page.
    pub fn is_filtered(&self) -> bool {
        self.page.cursor.is_some() || self.filters.iter().any(|(_, value)| !value.is_empty())
    }

    /// The rows' table with the ways to the other pages and the file.
    pub fn view(&self, table: AnyView, next_cursor: Option<&str>) -> AnyView {
        let filters: Vec<_> = self.filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (prev, next) = self.page.neighbours(&paths::with_query(&self.here, &filters), next_cursor);
        let csv = self.csv.as_ref().map(|csv| {
            let csv = paths::with_query(csv, &filters);
            view! { <div class="form-buttons"><ButtonLink href=csv label=tr!("export.csv") icon=IconName::Download external=true/></div> }
        });
        view! {
            {table}
            <Pager prev next/>
            {csv}
        }
        .into_any()
    }

    /// What stands in the table's place when the filters find nothing.
    pub fn none_match(&self, title: String) -> AnyView {
        let clear = self.here.clone();
        let action = move || view! { <ButtonLink href=clear label=tr!("filter.clear")/> };
        let text = if self.is_reversed() { tr!("filter.reversed") } else { tr!("payments.none_match_text") };
        view! { <EmptyState icon=IconName::Search title text action/> }.into_any()
    }

    /// Whether the last day asked for is before the first.
    fn is_reversed(&self) -> bool {
        let day = |name| self.filters.iter().find(|(filter, day)| *filter == name && !day.is_empty()).map(|(_, day)| day);
        day(FROM).zip(day(TO)).is_some_and(|(from, to)| from > to)
    }
}

/// The choices of a filter: any, or one of the values.
pub fn choices<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str, name: impl Fn(T) -> String) -> Vec<Choice> {
    let any = Choice::new("", tr!("payments.any"));
    std::iter::once(any).chain(all.iter().map(|one| Choice::new(code(*one), name(*one)))).collect()
}

pub fn store_choices() -> Vec<Choice> {
    choices(StoreCode::ALL, StoreCode::as_str, store_name)
}

pub fn environment_choices() -> Vec<Choice> {
    choices(Environment::ALL, Environment::as_str, environment_name)
}
