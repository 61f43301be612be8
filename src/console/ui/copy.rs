//! Values to copy, and code.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::islands::{CopyIsland, CopyTextIsland};

/// Copies a value and says so; not there without scripting.
#[component]
pub fn CopyButton(
    #[prop(into)] value: String,
    /// What is copied, for the button's name: "payment number".
    #[prop(into)]
    what: String,
) -> AnyView {
    view! { <CopyIsland value label=tr!("copy.copy", what = what)/> }.into_any()
}

/// Copies a longer text by a button with words; not there without scripting.
#[component]
pub fn CopyReply(#[prop(into)] value: String, #[prop(into)] label: String) -> AnyView {
    view! { <CopyTextIsland value label/> }.into_any()
}

/// An id or key in equal widths with its copy button.
#[component]
pub fn CopyText(#[prop(into)] value: String, #[prop(into)] what: String) -> AnyView {
    view! { <span class="copy-text"><code>{value.clone()}</code><CopyButton value what/></span> }.into_any()
}

/// A block of code or JSON with its name and a copy button; scrolls by keyboard too.
#[component]
pub fn CodeBlock(#[prop(into)] label: String, #[prop(into)] text: String) -> AnyView {
    let (name, what) = (label.clone(), label.clone());
    view! {
        <figure class="code-block">
            <figcaption><span>{label}</span><CopyButton value=text.clone() what/></figcaption>
            <pre tabindex="0" role="region" aria-label=name><code>{text}</code></pre>
        </figure>
    }
    .into_any()
}
