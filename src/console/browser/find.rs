//! The box that finds anything: keys that lead to it, and Enter, which sends it although it has several lines.

use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlTextAreaElement, KeyboardEvent};
use wasm_bindgen::JsCast;

const BOX: &str = "find";
/// Where a key is text.
const TYPED_INTO: &str = "input, textarea, select, [contenteditable]";

/// Does what a key means for the box.
pub fn press(event: &KeyboardEvent) {
    let Some(field) = document().get_element_by_id(BOX).and_then(|found| found.dyn_into::<HtmlTextAreaElement>().ok()) else {
        return;
    };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_at_box = target.as_ref().is_some_and(|target| target.id() == BOX);
    let is_typing = target.is_some_and(|target| target.closest(TYPED_INTO).ok().flatten().is_some());
    let has_command = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "Enter" if is_at_box && !event.shift_key() && !event.is_composing() => {
            event.prevent_default();
            if let Some(form) = field.form() {
                let _ = form.request_submit();
            }
        }
        "k" | "K" if has_command && !event.shift_key() && !event.alt_key() => take_focus(event, &field),
        "/" if !is_typing && !has_command && !event.alt_key() => take_focus(event, &field),
        _ => {}
    }
}

fn take_focus(event: &KeyboardEvent, field: &HtmlTextAreaElement) {
    event.prevent_default();
    let _ = field.focus();
    field.select();
}
