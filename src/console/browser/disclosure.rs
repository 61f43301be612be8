//! Menus and questions are disclosures that work by themselves; here is what makes a menu close in time, and a question a
//! modal dialog.

use leptos::prelude::*;
use leptos::web_sys::{Event, FocusEvent, HtmlDetailsElement, HtmlDialogElement, HtmlElement, KeyboardEvent, MouseEvent, Node};
use wasm_bindgen::JsCast;

use super::{all, around};

const OPEN_MENUS: &str = "details.menu[open]";

/// Closes the menus a click was not in.
pub fn close_menus_outside(event: &MouseEvent) {
    close_menus_without(event.unchecked_ref());
}

/// Closes the menus the focus has left.
pub fn close_menus_left(event: &FocusEvent) {
    close_menus_without(event.unchecked_ref());
}

fn close_menus_without(event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
    for menu in all::<HtmlDetailsElement>(&document(), OPEN_MENUS) {
        if !menu.contains(target.as_ref()) {
            menu.set_open(false);
        }
    }
}

/// What a click on a question's button, or on its "cancel", does; whether it was one.
pub fn press(event: &MouseEvent) -> bool {
    if let Some(summary) = around::<HtmlElement>(event.unchecked_ref(), "details.confirm > summary") {
        let dialog = summary.next_element_sibling().and_then(|next| next.dyn_into::<HtmlDialogElement>().ok());
        return dialog.is_some_and(|dialog| {
            open(&dialog);
            // Browsers leave the focus behind when a dialog is shown in the same moment as what it stands in.
            request_animation_frame(move || take_focus(&dialog));
            true
        });
    }
    let dialog = around::<HtmlElement>(event.unchecked_ref(), ".dialog-cancel").and_then(|cancel| enclosing_dialog(&cancel));
    dialog.inspect(close).is_some()
}

/// Closes what is open: the question, or else the menu the focus is in.
pub fn escape(event: &KeyboardEvent) {
    if event.key() != "Escape" {
        return;
    }
    if let Some(dialog) = all::<HtmlDialogElement>(&document(), "dialog:modal").pop() {
        event.prevent_default();
        return close(&dialog);
    }
    if let Some(menu) = around::<HtmlDetailsElement>(event.unchecked_ref(), OPEN_MENUS) {
        menu.set_open(false);
        focus_first(&menu, "summary");
    }
}

/// Shows a question over the page.
pub fn open(dialog: &HtmlDialogElement) {
    if let Some(details) = disclosure_of(dialog) {
        details.set_open(true);
    }
    dialog.set_open(false);
    let _ = dialog.show_modal();
}

fn close(dialog: &HtmlDialogElement) {
    dialog.close();
    if let Some(details) = disclosure_of(dialog) {
        details.set_open(false);
    }
}

fn take_focus(dialog: &HtmlDialogElement) {
    focus_first(dialog, "input:not([type=hidden]), textarea, select, button");
}

fn focus_first(within: &HtmlElement, selector: &str) {
    let first = within.query_selector(selector).ok().flatten();
    if let Some(first) = first.and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
        let _ = first.focus();
    }
}

fn enclosing_dialog(element: &HtmlElement) -> Option<HtmlDialogElement> {
    element.closest("dialog").ok()??.dyn_into().ok()
}

fn disclosure_of(dialog: &HtmlDialogElement) -> Option<HtmlDetailsElement> {
    dialog.closest("details").ok()??.dyn_into().ok()
}
