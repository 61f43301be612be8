//! What a list shows when it has nothing.

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

use super::{Icon, IconName};

/// Says why there is nothing and what to do about it.
#[component]
pub fn EmptyState(
    icon: IconName,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: Option<String>,
    #[prop(optional, into)] action: Option<ViewFnOnce>,
) -> AnyView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon name=icon/></span>
            <p class="empty-title">{title}</p>
            {text.map(|text| view! { <p class="muted">{text}</p> })}
            {action.map(|action| view! { <div class="empty-action">{action.run()}</div> })}
        </div>
    }
    .into_any()
}
