//! What the address says.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::console::paths::ListPage;
use crate::model::ProjectId;

/// The project of the address.
pub fn use_project() -> Memo<ProjectId> {
    let params = use_params_map();
    Memo::new(move |_| ProjectId(params.with(|params| params.get("project")).unwrap_or_default()))
}

/// One segment of the address.
pub fn use_segment(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get(name)).unwrap_or_default())
}

/// One value of the query; empty when it is not there.
pub fn use_value(name: &'static str) -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get(name)).unwrap_or_default())
}

/// The named values of the query as pairs, those that are there: a list's filters without its page.
pub fn use_pairs(names: &'static [&'static str]) -> Memo<Vec<(&'static str, String)>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|map| names.iter().filter_map(|name| Some((*name, map.get(name)?))).collect()))
}

/// Which page of the address's list is shown.
pub fn use_list_page() -> Memo<ListPage> {
    let (cursor, earlier) = (use_value("cursor"), use_value("earlier"));
    Memo::new(move |_| ListPage::read(&cursor.get(), &earlier.get()))
}
