use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::ui::{ButtonLink, DocumentTitle, EmptyState, IconName};

/// There is no such page; the server gives it the status (`console/router.rs`).
#[component]
pub fn NotFound() -> impl IntoView {
    let action = || view! { <ButtonLink href=paths::HOME label=tr!("fault.home")/> };
    view! {
        <DocumentTitle text=format!("{} · {}", tr!("page.not_found"), tr!("app.name"))/>
        <div class="page">
            <h1 class="visually-hidden">{tr!("page.not_found")}</h1>
            <EmptyState icon=IconName::Search title=tr!("page.not_found") text=tr!("page.not_found_text") action/>
        </div>
    }
}
