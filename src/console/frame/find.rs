use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::ui::{FIND, FindBox};

/// The box that finds anything: in the project one is in, else in all of them.
#[component]
pub fn Find() -> AnyView {
    let here = use_location().pathname.get_untracked();
    let action = paths::project_of(&here).map_or_else(|| paths::SEARCH.to_owned(), |project| paths::search(&project));
    let is_result = here == action;
    let value = use_query_map().with_untracked(|query| query.get(FIND)).filter(|_| is_result).unwrap_or_default();
    view! {
        <FindBox action label=tr!("search.label") placeholder=tr!("search.placeholder") button=tr!("search.go") value/>
    }
    .into_any()
}
