//! Parts of one thing, each with its own address.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// One tab.
#[derive(Debug, Clone)]
pub struct Tab {
    label: String,
    href: String,
    count: Option<String>,
}

impl Tab {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), count: None }
    }

    /// A small number after the label.
    pub fn count(mut self, count: impl ToString) -> Self {
        self.count = Some(count.to_string());
        self
    }
}

/// A row of links; the one whose address is the present one is marked, by its query too when it has one.
#[component]
pub fn Tabs(#[prop(into)] label: String, tabs: Vec<Tab>) -> AnyView {
    let location = use_location();
    let items = tabs.into_iter().map(|tab| {
        let href = tab.href.clone();
        let current = move || {
            let (path, search) = (location.pathname.get(), location.search.get());
            // A list's filters stand in the query: its tab is the same whatever they are.
            let here = if href.contains('?') { format!("{path}?{search}") } else { path };
            (here == href).then_some("page")
        };
        view! {
            <li><a href=tab.href aria-current=current>{tab.label}{tab.count.map(|n| view! { <span class="tab-count">{n}</span> })}</a></li>
        }
        .into_any()
    });
    let items = items.collect::<Vec<_>>();
    view! { <nav class="tabs" aria-label=label><ul>{items}</ul></nav> }.into_any()
}
