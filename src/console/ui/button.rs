//! Buttons, and links that look like them.

use leptos::prelude::*;

use super::{Icon, IconName};

/// How loud a button is; at most one primary in sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    Primary,
    #[default]
    Plain,
    /// No border: for a row of small actions.
    Ghost,
    Danger,
}

impl ButtonKind {
    pub const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Ghost => "button ghost",
            Self::Danger => "button danger",
        }
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] icon: Option<IconName>,
    /// Left to the browser: files, other surfaces of the server.
    #[prop(optional)]
    external: bool,
) -> AnyView {
    let rel = external.then_some("external");
    view! { <a class=kind.class() href=href rel=rel>{icon.map(|name| view! { <Icon name/> })}<span>{label}</span></a> }.into_any()
}

/// Sends the form it stands in; the browser's side marks it busy meanwhile, and does not send twice.
#[component]
pub fn SubmitButton(
    #[prop(into)] label: String,
    #[prop(optional)] kind: Option<ButtonKind>,
    /// Sent with the form when this is the button pressed.
    #[prop(optional, into)]
    name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// Why it can't be pressed now; shown beside it.
    #[prop(optional, into)]
    disabled_because: Option<String>,
) -> AnyView {
    let class = kind.unwrap_or(ButtonKind::Primary).class();
    let blocked = disabled_because.is_some();
    view! {
        <button type="submit" class=class name=name value=value disabled=blocked><span>{label}</span></button>
        {disabled_because.map(|reason| view! { <span class="button-reason">{reason}</span> })}
    }
    .into_any()
}
