//! A button that opens a small panel; a plain disclosure that in the browser also closes on Escape, on leaving it, and on going
//! elsewhere (`browser/disclosure.rs`).

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

use super::button::ButtonKind;
use crate::console::i18n::tr;

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

/// A button that asks first. Say in `text` what will happen; put the form (with its submit button) in the children.
#[component]
pub fn ConfirmDialog(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// The button's words.
    #[prop(into)]
    label: String,
    #[prop(into)] title: String,
    #[prop(optional, into)] text: Option<String>,
    #[prop(optional)] kind: ButtonKind,
    children: Children,
) -> AnyView {
    let (title_id, text_id) = (format!("{id}-title"), format!("{id}-text"));
    let labelled_by = title_id.clone();
    let described_by = text.is_some().then(|| text_id.clone());
    view! {
        <details class="confirm">
            <summary class=kind.class()>{label}</summary>
            <dialog open=true id=id class="dialog" aria-labelledby=labelled_by aria-describedby=described_by>
                <h2 id=title_id>{title}</h2>
                {text.map(|text| view! { <p id=text_id class="muted">{text}</p> })}
                {children()}
                <button type="button" class="button dialog-cancel needs-js">{tr!("form.cancel")}</button>
            </dialog>
        </details>
    }
    .into_any()
}
