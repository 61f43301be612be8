//! Small marks of state. The word always says it too, never the colour alone.

use leptos::prelude::*;

/// What a mark means, whatever the theme's colours are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Neutral,
    Info,
    Good,
    Warn,
    Bad,
}

impl Tone {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Info => "tone-info",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
        }
    }
}

/// A word on a tinted ground.
#[component]
pub fn Badge(#[prop(into)] label: String, #[prop(optional)] tone: Tone) -> AnyView {
    view! { <span class=format!("badge {}", tone.class())>{label}</span> }.into_any()
}

/// A coloured dot with its word: quieter than a badge, for tables.
#[component]
pub fn StatusDot(#[prop(into)] label: String, #[prop(optional)] tone: Tone) -> AnyView {
    view! { <span class=format!("status-dot {}", tone.class())>{label}</span> }.into_any()
}
