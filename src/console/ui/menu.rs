//! A button that opens a small panel; a plain disclosure that in the browser also closes on Escape, on leaving it, and on going
//! elsewhere (`browser/disclosure.rs`).

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

/// A panel under (or over) its button. The children are its content: links, forms.
#[component]
pub fn Menu(
    /// The button's name for screen readers, when its content is not enough.
    #[prop(optional, into)]
    label: Option<String>,
    #[prop(into)] button: ViewFnOnce,
    #[prop(optional, into)] class: String,
    children: Children,
) -> AnyView {
    view! {
        <details class=format!("menu {class}")>
            <summary aria-label=label>{button.run()}</summary>
            <div class="menu-panel">{children()}</div>
        </details>
    }
    .into_any()
}
