//! Something the reader should know before going on.

use leptos::prelude::*;

use super::badge::Tone;
use super::{Icon, IconName};

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
