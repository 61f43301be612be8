//! What tells the reader something: a note, an empty list, a short message.

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

use super::badge::Tone;
use super::{Icon, IconName};
use crate::console::i18n::tr;
use crate::console::islands::{ToastTexts, Toasts};

/// A tinted note; `Tone` sets colour and icon.
#[component]
pub fn Callout(#[prop(optional)] tone: Tone, #[prop(optional, into)] title: Option<String>, children: Children) -> AnyView {
    let icon = match tone {
        Tone::Good => IconName::CheckCircle,
        Tone::Warn | Tone::Bad => IconName::Alert,
        Tone::Neutral | Tone::Info => IconName::Info,
    };
    view! {
        <div class=format!("callout {}", tone.class()) role="note">
            <Icon name=icon/>
            <div>
                {title.map(|title| view! { <p class="callout-title">{title}</p> })}
                {children()}
            </div>
        </div>
    }
    .into_any()
}

/// Says why there is nothing and what to do about it.
#[component]
pub fn EmptyState(
    icon: IconName,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: Option<String>,
    #[prop(optional, into)] action: Option<ViewFnOnce>,
) -> AnyView {
    view! {
        <div class="empty">
            <span class="empty-icon"><Icon name=icon/></span>
            <p class="empty-title">{title}</p>
            {text.map(|text| view! { <p class="muted">{text}</p> })}
            {action.map(|action| view! { <div class="empty-action">{action.run()}</div> })}
        </div>
    }
    .into_any()
}

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
