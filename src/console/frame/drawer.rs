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
        <img class="brand-mark" src="/favicon.svg" alt="" width="24" height="24"/>
        <span>{tr!("app.name")}</span>
    }
    .into_any()
}
