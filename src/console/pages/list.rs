//! What the pages of lists have in common: filters and page in the address, a table or what stands in its place, a pager.

mod address;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{environment_name, store_name};
use crate::console::paths;
use crate::console::ui::{ButtonLink, Choice, EmptyState, IconName, Pager};
use crate::model::{Environment, StoreCode};

pub use address::{ANY_ID, Address, CURSOR, ENVIRONMENT, FROM, PRODUCT, STORE, TO, use_search};

/// Where a list is, and which part of it is shown.
#[derive(Debug, Clone)]
pub struct List {
    /// Its address without a query.
    pub here: String,
    /// The filters as they stand in the address, without the page.
    pub filters: Vec<(&'static str, String)>,
    /// Whether this is not the first page.
    pub is_later: bool,
    /// The address of its CSV file, without a query.
    pub csv: Option<String>,
}

impl List {
    /// Whether there may be rows that are not shown because of the filters or the page.
    pub fn is_filtered(&self) -> bool {
        self.is_later || self.filters.iter().any(|(_, value)| !value.is_empty())
    }

    /// The rows' table with the ways to the other pages and the file.
    pub fn view(&self, table: AnyView, next_cursor: Option<&str>) -> AnyView {
        let (first, next) = paths::pages(&self.here, &self.filters, self.is_later, next_cursor);
        let csv = self.csv.as_ref().map(|csv| {
            let filters: Vec<_> = self.filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let csv = paths::with_query(csv, &filters);
            view! { <div class="form-buttons"><ButtonLink href=csv label=tr!("export.csv") icon=IconName::Download external=true/></div> }
        });
        view! {
            {table}
            <Pager prev=first next/>
            {csv}
        }
        .into_any()
    }

    /// What stands in the table's place when the filters find nothing.
    pub fn none_match(&self, title: String) -> AnyView {
        let clear = self.here.clone();
        let action = move || view! { <ButtonLink href=clear label=tr!("filter.clear")/> };
        view! { <EmptyState icon=IconName::Search title text=tr!("payments.none_match_text") action/> }.into_any()
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
