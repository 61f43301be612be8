//! Asking before something dangerous. A disclosure without scripting, a modal dialog with it; the form inside is the same.

use leptos::context::Provider;
use leptos::html::{Details, Dialog};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlDialogElement, HtmlElement};

use super::button::ButtonKind;
use crate::console::i18n::tr;

/// The dialog a form stands in: it closes when the form has done its work, and stays when that was refused.
#[derive(Debug, Clone, Copy)]
pub struct EnclosingDialog(NodeRef<Dialog>);

impl EnclosingDialog {
    pub fn close(self) {
        if let Some(dialog) = self.0.get_untracked() {
            dialog.close();
        }
    }
}

/// Browsers leave the focus behind when a dialog is shown in the same moment as what it stands in.
fn take_focus(dialog: &HtmlDialogElement) {
    let first = dialog.query_selector("input:not([type=hidden]), textarea, select, button").ok().flatten();
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
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
    let (details, dialog) = (NodeRef::<Details>::new(), NodeRef::<Dialog>::new());
    let open = move |event: leptos::ev::MouseEvent| {
        if let (Some(details), Some(dialog)) = (details.get_untracked(), dialog.get_untracked()) {
            event.prevent_default();
            details.set_open(true);
            dialog.set_open(false);
            let _ = dialog.show_modal();
            request_animation_frame(move || take_focus(&dialog));
        }
    };
    let closed = move |_| {
        if let Some(details) = details.get_untracked() {
            details.set_open(false);
        }
    };
    let close = move |_| EnclosingDialog(dialog).close();
    let (title_id, text_id) = (format!("{id}-title"), format!("{id}-text"));
    let labelled_by = title_id.clone();
    let described_by = text.is_some().then(|| text_id.clone());
    view! {
        <details class="confirm" node_ref=details>
            <summary class=kind.class() on:click=open>{label}</summary>
            <dialog open=true id=id class="dialog" aria-labelledby=labelled_by aria-describedby=described_by node_ref=dialog on:close=closed>
                <h2 id=title_id>{title}</h2>
                {text.map(|text| view! { <p id=text_id class="muted">{text}</p> })}
                <Provider value=EnclosingDialog(dialog)>{children()}</Provider>
                <button type="button" class="button dialog-cancel needs-js" on:click=close>{tr!("form.cancel")}</button>
            </dialog>
        </details>
    }
    .into_any()
}
