//! EDGE: the operators' web console. Pages, their server functions, and pieces of interface that know no noun.

use leptos::prelude::*;

#[component]
pub fn App() -> impl IntoView {}
