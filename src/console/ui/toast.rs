//! Short messages that never take the focus.

use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::console::i18n::tr;

const SHOWN_MAX: usize = 3;
const SHOWN_FOR: Duration = Duration::from_secs(8);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Toast {
    number: u32,
    text: String,
}

/// Where messages are put; take it with `use_toasts` while building a component, call `show` from a handler.
#[derive(Debug, Clone, Copy)]
pub struct Toasts(RwSignal<Vec<Toast>>);

impl Toasts {
    pub fn show(self, text: String) {
        let number = self.0.with_untracked(|toasts| toasts.last().map_or(0, |toast| toast.number + 1));
        self.0.update(|toasts| {
            toasts.push(Toast { number, text });
            let excess = toasts.len().saturating_sub(SHOWN_MAX);
            toasts.drain(..excess);
        });
        set_timeout(move || self.dismiss(number), SHOWN_FOR);
    }

    fn dismiss(self, number: u32) {
        self.0.update(|toasts| toasts.retain(|toast| toast.number != number));
    }
}

/// Makes room for messages; called once by the app.
pub fn provide_toasts() {
    provide_context(Toasts(RwSignal::new(Vec::new())));
}

pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(|| Toasts(RwSignal::new(Vec::new())))
}

/// The corner where messages appear; once per document.
#[component]
pub fn ToastCorner() -> AnyView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.0.get() key=|toast| toast.number let:toast>
                <div class="toast">
                    <p>{toast.text}</p>
                    <button type="button" class="toast-close" aria-label=tr!("toast.dismiss") on:click=move |_| toasts.dismiss(toast.number)>
                        <Icon name=IconName::Close/>
                    </button>
                </div>
            </For>
        </div>
    }
    .into_any()
}
