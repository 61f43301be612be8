//! A button that opens a small panel; a plain disclosure that also closes on Escape, on leaving it, and on going elsewhere.

use leptos::children::ViewFnOnce;
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::html::Details;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{HtmlElement, Node};
use leptos_router::hooks::use_location;

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
    let node = NodeRef::<Details>::new();
    let close = move || {
        if let Some(details) = node.get_untracked() {
            details.set_open(false);
        }
    };
    let location = use_location();
    Effect::watch(move || location.pathname.get(), move |_, _, _| close(), false);
    let left = move |event: FocusEvent| {
        let to = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
        if to.is_some() && node.get_untracked().is_some_and(|details| !details.contains(to.as_ref())) {
            close();
        }
    };
    let escaped = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            close();
            let summary = node.get_untracked().and_then(|details| details.query_selector("summary").ok().flatten());
            if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<HtmlElement>().ok()) {
                let _ = summary.focus();
            }
        }
    };
    close_on_click_outside(node);
    view! {
        <details class=format!("menu {class}") node_ref=node on:focusout=left on:keydown=escaped>
            <summary aria-label=label>{button.run()}</summary>
            <div class="menu-panel">{children()}</div>
        </details>
    }
    .into_any()
}

fn close_on_click_outside(node: NodeRef<Details>) {
    Effect::new(move |_| {
        let handle = window_event_listener(leptos::ev::click, move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
            if let Some(details) = node.get_untracked().filter(|details| !details.contains(target.as_ref())) {
                details.set_open(false);
            }
        });
        on_cleanup(move || handle.remove());
    });
}
