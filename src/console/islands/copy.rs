use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::icon::{Icon, IconName};
use super::toast::show_toast;

/// A button that copies a value, and says so.
#[island]
pub fn CopyIsland(value: String, label: String) -> impl IntoView {
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        let promise = window().navigator().clipboard().write_text(&value);
        spawn_local(async move {
            if JsFuture::from(promise).await.is_ok() {
                is_copied.set(true);
                show_toast(|texts| texts.copied.clone());
                set_timeout(move || is_copied.set(false), std::time::Duration::from_secs(2));
            } else {
                show_toast(|texts| texts.not_copied.clone());
            }
        });
    };
    let icon = move || if is_copied.get() { IconName::Check } else { IconName::Copy };
    view! {
        <button type="button" class="copy needs-js" title=label.clone() aria-label=label on:click=copy>
            {move || view! { <Icon name=icon()/> }}
        </button>
    }
}
