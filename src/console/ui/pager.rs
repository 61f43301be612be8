//! Pages by key: back to the start, and on.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::console::i18n::tr;

/// Links to the previous and next page of a list; those that lead nowhere are shown as such.
#[component]
pub fn Pager(
    #[prop(optional_no_strip)] prev: Option<String>,
    #[prop(optional_no_strip)] next: Option<String>,
    /// What is shown, e.g. "20 payments".
    #[prop(optional, into)]
    summary: Option<String>,
) -> AnyView {
    let is_alone = prev.is_none() && next.is_none();
    if is_alone && summary.is_none() {
        return ().into_any();
    }
    view! {
        <nav class="pager" aria-label=tr!("pager.label")>
            <p class="muted">{summary}</p>
            {(!is_alone).then(|| view! {
                <div class="pager-links">
                    {step(prev, "prev", tr!("pager.prev"), IconName::ChevronLeft)}
                    {step(next, "next", tr!("pager.next"), IconName::ChevronRight)}
                </div>
            })}
        </nav>
    }
    .into_any()
}

fn step(href: Option<String>, rel: &'static str, label: String, icon: IconName) -> AnyView {
    let is_disabled = href.is_none().then_some("true");
    let role = href.is_none().then_some("link");
    view! {
        <a class=format!("button small {rel}") href=href rel=rel role=role aria-disabled=is_disabled>
            <Icon name=icon/><span>{label}</span>
        </a>
    }
    .into_any()
}
