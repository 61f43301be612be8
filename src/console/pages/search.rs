//! Finding anything: what was found and why, what was understood where nothing was, and asking a store.

mod hits;
mod nothing;
mod store;

use leptos::prelude::*;

use super::params::{use_project, use_value};
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::queries::{SearchPage, search_all, search_project};
use crate::console::ui::{Card, EmptyState, FIND, IconName, Page, grouped, loaded};
use crate::model::{AskableId, shorten};

pub use store::StoreSearch;

/// Of what was searched for, so much stands in the page's title.
const TITLE_CHARS_MAX: usize = 40;

/// Finds anything in one project.
#[component]
pub fn ProjectSearch() -> AnyView {
    let (project, text) = (use_project(), use_value(FIND));
    let found = Resource::new(move || (project.get(), text.get()), |(project, text)| search_project(project, text));
    loaded(found, move |page| results(page, &text.get_untracked()))
}

/// Finds anything in all projects of the reader.
#[component]
pub fn Search() -> AnyView {
    let text = use_value(FIND);
    let found = Resource::new(move || text.get(), search_all);
    loaded(found, move |page| results(page, &text.get_untracked()))
}

fn results(page: SearchPage, text: &str) -> AnyView {
    if text.trim().is_empty() {
        let empty = view! { <EmptyState icon=IconName::Search title=tr!("search.empty") text=tr!("search.empty_text")/> };
        return view! { <Page title=tr!("search.title")>{empty}</Page> }.into_any();
    }
    let shown = shorten(text.trim(), TITLE_CHARS_MAX).into_owned();
    let askable: Vec<AskableId> = page.answer.askable.iter().filter(|id| page.askable.contains(&id.project)).cloned().collect();
    let content = match page.answer.hits.is_empty() {
        true => nothing::view(&page.answer),
        false => {
            let count = grouped(i64::try_from(page.answer.hits.len()).unwrap_or(i64::MAX));
            let summary = match page.answer.has_more {
                true => tr!("search.first", count = count),
                false => tr!("search.count", count = count),
            };
            let scanned = page.answer.newest_scanned.map(|count| tr!("search.scanned", count = grouped(count.into())));
            let table = hits::table(page.answer.hits, &page.projects);
            view! {
                <p class="muted">{summary}" "{scanned}</p>
                {table}
            }
            .into_any()
        }
    };
    view! { <Page title=tr!("search.title_of", text = shown)>{content}{ask_cards(askable)}</Page> }.into_any()
}

/// What stores can be asked about, where nothing is recorded under it.
fn ask_cards(askable: Vec<AskableId>) -> Option<AnyView> {
    if askable.is_empty() {
        return None;
    }
    let links = askable.into_iter().map(|id| {
        let app = id.app.to_string();
        let pairs = [("app", app.as_str()), ("id", &id.id), ("product", id.product_id.as_deref().unwrap_or_default())];
        let href = paths::with_query(&paths::search_store(&id.project), &pairs);
        let label = tr!("search.ask", store = crate::console::labels::store_name(id.store), app = id.app_name);
        let shown = shorten(&id.id, TITLE_CHARS_MAX).into_owned();
        view! { <li><a class="button" href=href>{label}</a>" "<code>{shown}</code></li> }.into_any()
    });
    let links: Vec<AnyView> = links.collect();
    let card = view! {
        <Card title=tr!("search.ask_title") description=tr!("search.ask_text")><ul class="stacked">{links}</ul></Card>
    };
    Some(card.into_any())
}
