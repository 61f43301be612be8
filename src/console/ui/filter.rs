//! Filters that live in the address: a plain GET form.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Icon, IconName};
use crate::console::i18n::tr;

/// A row of filters above a list. Its fields' names become the address's query; the list reads them from there.
/// Put `SearchBox`, `SelectInput`, `TextInput` in it; give each its value from the query.
#[component]
pub fn FilterForm(
    /// Where "clear" leads: the list's address without a query. Shown while there is a query.
    #[prop(into)]
    clear: String,
    /// Buttons at the far side, e.g. CSV.
    #[prop(optional, into)]
    actions: Option<leptos::children::ViewFnOnce>,
    children: Children,
) -> AnyView {
    let is_filtered = use_location().search.with_untracked(|search| !search.is_empty());
    let clearing = is_filtered.then(|| view! { <a class="button ghost" href=clear.clone()>{tr!("filter.clear")}</a> });
    view! {
        <form method="get" action=clear class="filters" role="search">
            <input type="checkbox" class="filters-more" id="filters-more" checked=is_filtered/>
            <label class="button filters-more-label" for="filters-more"><Icon name=IconName::List/>{tr!("filter.more")}</label>
            {children()}
            <div class="filter-buttons">
                <button type="submit" class="button">{tr!("filter.apply")}</button>
                {clearing}
            </div>
            {actions.map(|actions| view! { <div class="filter-actions">{actions.run()}</div> })}
        </form>
    }
    .into_any()
}

/// A search field with a lens; one per page.
#[component]
pub fn SearchBox(
    #[prop(into)] name: String,
    /// Its name for screen readers.
    #[prop(into)]
    label: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional, into)] value: MaybeProp<String>,
) -> AnyView {
    view! {
        <label class="search-box">
            <span class="visually-hidden">{label}</span>
            <Icon name=IconName::Search/>
            <input type="search" class="input" name=name placeholder=placeholder
                value=value.get_untracked() autocomplete="off" spellcheck="false" enterkeyhint="search"/>
        </label>
    }
    .into_any()
}
