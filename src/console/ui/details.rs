//! The facts about one thing.

use leptos::prelude::*;

use super::copy::CopyText;

/// One fact.
pub struct Fact {
    term: String,
    value: AnyView,
}

impl Fact {
    /// Any text or view.
    pub fn new(term: impl Into<String>, value: impl IntoAny) -> Self {
        Self { term: term.into(), value: value.into_any() }
    }

    /// An id or key, with a copy button.
    pub fn copy(term: impl Into<String>, value: impl Into<String>) -> Self {
        let (term, value) = (term.into(), value.into());
        let what = term.clone();
        Self::new(term, view! { <CopyText value what/> })
    }

    /// A value that may be missing; a dash then.
    pub fn maybe(term: impl Into<String>, value: Option<impl IntoAny>) -> Self {
        let value = value.map_or_else(|| view! { <span class="muted">"—"</span> }.into_any(), IntoAny::into_any);
        Self { term: term.into(), value }
    }
}

/// Facts as terms and values, in one or (on a wide screen) two columns.
#[component]
pub fn DescriptionList(facts: Vec<Fact>, #[prop(optional)] columns: bool) -> AnyView {
    let rows = facts.into_iter().map(|fact| view! { <div><dt>{fact.term}</dt><dd>{fact.value}</dd></div> }.into_any());
    view! { <dl class=if columns { "facts columns" } else { "facts" }>{rows.collect::<Vec<_>>()}</dl> }.into_any()
}
