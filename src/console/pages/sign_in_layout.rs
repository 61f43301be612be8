use leptos::prelude::*;

use crate::console::frame::PreferenceForms;
use crate::console::i18n::tr;
use crate::console::ui::DocumentTitle;

/// The pages before sign-in: one card in the middle, language and theme below it.
#[component]
pub fn SignInLayout(#[prop(into)] title: String, #[prop(into)] text: String, children: Children) -> AnyView {
    view! {
        <DocumentTitle text=format!("{title} · {}", tr!("app.name"))/>
        <div class="door">
            <p class="door-brand"><img src="/favicon.svg" alt="" width="32" height="32"/><span>{tr!("app.name")}</span></p>
            <div class="door-card">
                <h1>{title}</h1>
                <p class="muted">{text}</p>
                {children()}
            </div>
            <div class="door-preferences"><PreferenceForms/></div>
        </div>
    }
    .into_any()
}
