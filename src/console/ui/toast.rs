//! Short messages that never take the focus.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::islands::{ToastTexts, Toasts};

/// The corner where messages appear; once per document.
#[component]
pub fn ToastCorner() -> AnyView {
    let texts = ToastTexts {
        dismiss: tr!("toast.dismiss"),
        copied: tr!("copy.done"),
        not_copied: tr!("copy.failed"),
        not_sent: tr!("toast.not_sent"),
        not_done: tr!("toast.not_done"),
        signed_out: tr!("toast.signed_out"),
    };
    view! { <Toasts texts/> }.into_any()
}
