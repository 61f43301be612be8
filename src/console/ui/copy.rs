//! Copying to the clipboard.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::icon::{Icon, IconName};
use super::toast::use_toasts;
use crate::console::i18n::tr;

/// Copies a value and says so; not there without scripting.
#[component]
pub fn CopyButton(
    #[prop(into)] value: String,
    /// What is copied, for the button's name: "payment number".
    #[prop(into)]
    what: String,
) -> AnyView {
    let toasts = use_toasts();
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        let promise = window().navigator().clipboard().write_text(&value);
        spawn_local(async move {
            if JsFuture::from(promise).await.is_ok() {
                is_copied.set(true);
                toasts.show(tr!("copy.done"));
                set_timeout(move || is_copied.set(false), std::time::Duration::from_secs(2));
            } else {
                toasts.show(tr!("copy.failed"));
            }
        });
    };
    let icon = move || if is_copied.get() { IconName::Check } else { IconName::Copy };
    let label = tr!("copy.copy", what = what);
    view! {
        <button type="button" class="copy needs-js" title=label.clone() aria-label=label on:click=copy>
            {move || view! { <Icon name=icon()/> }}
        </button>
    }
    .into_any()
}

/// An id or key in equal widths with its copy button.
#[component]
pub fn CopyText(#[prop(into)] value: String, #[prop(into)] what: String) -> AnyView {
    view! { <span class="copy-text"><code>{value.clone()}</code><CopyButton value what/></span> }.into_any()
}
