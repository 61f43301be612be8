//! Code and raw data.

use leptos::prelude::*;

use super::copy::CopyButton;

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
