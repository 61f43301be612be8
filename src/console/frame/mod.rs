//! What stands around every signed-in page: the sidebar (a drawer on a phone), the top bar, the landmarks.

mod drawer;
mod find;
mod operator_menu;
mod project_menu;
mod sections;
mod sidebar;

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::i18n::tr;
use super::paths;
use drawer::TopBar;
use find::Find;
use sidebar::Sidebar;

pub use operator_menu::PreferenceForms;

/// The frame; pages before sign-in come without it.
#[component]
pub fn Frame(children: Children) -> AnyView {
    let location = use_location();
    let is_bare = Memo::new(move |_| location.pathname.with(|path| paths::is_before_sign_in(path)));
    view! {
        <a class="skip-link" href="#main" rel="external">{tr!("frame.skip")}</a>
        <div class="frame" class:bare=move || is_bare.get()>
            {move || (!is_bare.get()).then(|| view! { <TopBar/><Sidebar/> }.into_any())}
            <div class="frame-body">
                {move || (!is_bare.get()).then(|| view! { <Find/> }.into_any())}
                <main id="main" tabindex="-1">{children()}</main>
            </div>
        </div>
    }
    .into_any()
}
