use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::icon::{Icon, IconName};
use super::toast::show_toast;

/// Puts a value where copies are, says so, and shows it for a moment.
fn copy(value: &str, is_copied: RwSignal<bool>) {
    let promise = window().navigator().clipboard().write_text(value);
    spawn_local(async move {
        if JsFuture::from(promise).await.is_ok() {
            is_copied.set(true);
            show_toast(|texts| texts.copied.clone());
            set_timeout(move || is_copied.set(false), std::time::Duration::from_secs(2));
        } else {
            show_toast(|texts| texts.not_copied.clone());
        }
    });
}

fn icon_of(is_copied: RwSignal<bool>) -> IconName {
    if is_copied.get() { IconName::Check } else { IconName::Copy }
}

/// A button with words that copies a text, and says so.
#[island]
pub fn CopyTextIsland(value: String, label: String) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    view! {
        <button type="button" class="button needs-js" on:click=move |_| copy(&value, is_copied)>
            {move || view! { <Icon name=icon_of(is_copied)/> }}
            <span>{label}</span>
        </button>
    }
}

/// A button that copies a value, and says so.
#[island]
pub fn CopyIsland(value: String, label: String) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    view! {
        <button type="button" class="copy needs-js" title=label.clone() aria-label=label on:click=move |_| copy(&value, is_copied)>
            {move || view! { <Icon name=icon_of(is_copied)/> }}
        </button>
    }
}
