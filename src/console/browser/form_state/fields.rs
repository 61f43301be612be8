//! The fields of a form, and what is in them.

use leptos::web_sys::{Element, HtmlFormElement, HtmlInputElement, HtmlOptionElement, HtmlSelectElement, HtmlTextAreaElement};
use wasm_bindgen::JsCast;

use super::Value;

/// Things with their names, and the how-manieth of its name each is.
pub(super) fn keyed<T>(things: Vec<T>, name: impl Fn(&T) -> Option<String>) -> Vec<((String, usize), T)> {
    let mut seen: Vec<String> = Vec::new();
    let key = |thing: T| {
        let name = name(&thing).unwrap_or_default();
        let before = seen.iter().filter(|one| **one == name).count();
        seen.push(name.clone());
        ((name, before), thing)
    };
    things.into_iter().map(key).collect()
}

pub(super) fn fields(form: &HtmlFormElement) -> Vec<((String, usize), Element)> {
    let elements = form.elements();
    let elements = (0..elements.length()).filter_map(|at| elements.item(at)).collect();
    keyed(elements, |element| element.get_attribute("name"))
}

pub(super) fn value_of(field: &Element) -> Option<Value> {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        return match input.type_().as_str() {
            "hidden" | "file" | "submit" => None,
            "checkbox" | "radio" => Some(Value::Checked(input.checked())),
            "password" => Some(Value::Secret(input.value())),
            _ if is_secret(field) => Some(Value::Secret(input.value())),
            _ => Some(Value::Text(input.value())),
        };
    }
    if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>().filter(|_| is_secret(field)) {
        return Some(Value::Secret(area.value()));
    }
    let text = field.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value);
    text.or_else(|| field.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value)).map(Value::Text)
}

/// Whether it is nothing to be kept anywhere: a key, or a code that works once.
fn is_secret(field: &Element) -> bool {
    field.has_attribute("data-secret") || field.get_attribute("autocomplete").as_deref() == Some("one-time-code")
}

/// What the server wrote into it.
pub(super) fn written_value_of(field: &Element) -> Option<Value> {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        return match value_of(field)? {
            Value::Checked(_) => Some(Value::Checked(input.default_checked())),
            Value::Text(_) => Some(Value::Text(input.default_value())),
            Value::Secret(_) => Some(Value::Secret(input.default_value())),
        };
    }
    if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        let written = area.default_value().ok();
        return if is_secret(field) { written.map(Value::Secret) } else { written.map(Value::Text) };
    }
    let options = field.dyn_ref::<HtmlSelectElement>()?.options();
    let options: Vec<HtmlOptionElement> = (0..options.length()).filter_map(|at| options.item(at)?.dyn_into().ok()).collect();
    let chosen = options.iter().find(|option| option.default_selected()).or(options.first())?;
    Some(Value::Text(chosen.value()))
}

pub(super) fn put(field: &Element, value: &Value) {
    match value {
        Value::Checked(is_checked) => {
            if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
                input.set_checked(*is_checked);
            }
        }
        Value::Text(text) | Value::Secret(text) => {
            if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
                input.set_value(text);
            } else if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
                area.set_value(text);
            } else if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
                select.set_value(text);
            }
        }
    }
}
