//! Short messages that never take the focus.

use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::icon::{Icon, IconName};

const SHOWN_MAX: usize = 3;
const SHOWN_FOR: Duration = Duration::from_secs(8);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Toast {
    number: u32,
    text: String,
}

/// What the browser itself has to say, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToastTexts {
    pub dismiss: String,
    pub copied: String,
    pub not_copied: String,
    pub not_sent: String,
    pub not_done: String,
    pub signed_out: String,
}

/// The browser's one list of messages; empty on the server.
static TOASTS: LazyLock<ArcRwSignal<Vec<Toast>>> = LazyLock::new(|| ArcRwSignal::new(Vec::new()));
static TEXTS: OnceLock<ToastTexts> = OnceLock::new();

/// Shows a message, once there is a corner for it.
pub fn show_toast(text: impl FnOnce(&ToastTexts) -> String) {
    let Some(text) = TEXTS.get().map(text) else { return };
    let number = TOASTS.with_untracked(|toasts| toasts.last().map_or(0, |toast| toast.number + 1));
    TOASTS.update(|toasts| {
        toasts.push(Toast { number, text });
        let excess = toasts.len().saturating_sub(SHOWN_MAX);
        toasts.drain(..excess);
    });
    set_timeout(move || dismiss(number), SHOWN_FOR);
}

fn dismiss(number: u32) {
    TOASTS.update(|toasts| toasts.retain(|toast| toast.number != number));
}

/// The corner where messages appear; once per document.
#[island]
pub fn Toasts(texts: ToastTexts) -> impl IntoView {
    let label = texts.dismiss.clone();
    if cfg!(feature = "hydrate") {
        TEXTS.get_or_init(|| texts);
    }
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || TOASTS.get() key=|toast| toast.number let:toast>
                <div class="toast">
                    <p>{toast.text}</p>
                    <button type="button" class="toast-close" aria-label=label.clone() on:click=move |_| dismiss(toast.number)>
                        <Icon name=IconName::Close/>
                    </button>
                </div>
            </For>
        </div>
    }
}
