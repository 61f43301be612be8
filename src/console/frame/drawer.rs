use leptos::prelude::*;

use super::sidebar::SIDEBAR_ID;
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::ui::{Icon, IconName};

/// The bar on a phone: the mark and the button that brings the sidebar in. The browser itself opens it, no script needed.
#[component]
pub fn TopBar() -> AnyView {
    view! {
        <header class="top-bar">
            <button type="button" class="button ghost icon-only" popovertarget=SIDEBAR_ID aria-label=tr!("frame.menu")>
                <Icon name=IconName::Menu/>
            </button>
            <a class="brand" href=paths::HOME><Brand/></a>
        </header>
    }
    .into_any()
}

/// The product's mark and name.
#[component]
pub fn Brand() -> AnyView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <rect width="24" height="24" rx="6.5"></rect>
            <path d="M8.5 18V6.5h4.25a3.75 3.75 0 0 1 0 7.5H8.5"></path>
        </svg>
        <span>{tr!("app.name")}</span>
    }
    .into_any()
}
