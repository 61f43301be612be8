//! What was typed into a page's forms and is not yet sent.

use js_sys::{Array, JSON};
use leptos::prelude::window;
use leptos::web_sys::{
    Document, Element, HtmlFormElement, HtmlInputElement, HtmlOptionElement, HtmlSelectElement, HtmlTextAreaElement, Storage,
};
use wasm_bindgen::{JsCast, JsValue};

use super::all;

/// Fields by their form's and their own number, with what is in them.
#[derive(Default)]
pub struct FormState(Vec<(Key, Value)>);

/// The form's action and which of its kind it is; the field's name and which of its kind.
type Key = ((String, usize), (String, usize));

#[derive(Clone, PartialEq)]
enum Value {
    Text(String),
    Checked(bool),
    /// A password, key or code.
    Secret(String),
}

impl FormState {
    /// What differs from what the server wrote, but for the form that has done its work.
    pub fn read(document: &Document, done: Option<&HtmlFormElement>) -> Self {
        let mut form_state = Vec::new();
        for (form_key, form) in keyed(all::<HtmlFormElement>(document, "form"), |form| form.get_attribute("action")) {
            if done == Some(&form) {
                continue;
            }
            for (key, field) in fields(&form) {
                if let (Some(value), written) = (value_of(&field), written_value_of(&field))
                    && written.as_ref() != Some(&value)
                {
                    form_state.push(((form_key.clone(), key), value));
                }
            }
        }
        Self(form_state)
    }

    /// Puts it back into the same fields. What somebody else saved meanwhile is told of these alone.
    pub fn write(self, document: &Document) {
        for (form_key, form) in keyed(all::<HtmlFormElement>(document, "form"), |form| form.get_attribute("action")) {
            for (key, field) in fields(&form) {
                let held = self.0.iter().find(|((form, name), _)| *form == form_key && *name == key);
                if let Some((_, value)) = held {
                    put(&field, value);
                }
            }
            for line in all::<Element>(document, "[data-saved]").into_iter().filter(|line| form.contains(Some(line.as_ref()))) {
                let name = line.get_attribute("data-saved").unwrap_or_default();
                if !self.0.iter().any(|((held_form, (held, _)), _)| *held_form == form_key && *held == name) {
                    line.remove();
                }
            }
        }
    }
}

/// The session's store has what was typed under this and the page's address.
const KEPT: &str = "typed:";

impl FormState {
    /// Keeps it for when the page is shown again, until the tab is closed. Secrets are not kept.
    pub fn keep(self, place: &str) {
        let entries = Array::new();
        for ((form, field), value) in self.0.into_iter() {
            let value: JsValue = match value {
                Value::Text(text) => text.into(),
                Value::Checked(is_checked) => is_checked.into(),
                Value::Secret(_) => continue,
            };
            entries.push(&Array::of5(&form.0.into(), &number(form.1), &field.0.into(), &number(field.1), &value));
        }
        if let (Some(store), Ok(text)) = (store(), JSON::stringify(&entries)) {
            let _ = store.set_item(&format!("{KEPT}{place}"), &String::from(text));
        }
    }

    /// Takes what was kept for a page.
    pub fn take_kept(place: &str) -> Self {
        let key = format!("{KEPT}{place}");
        let Some(store) = store() else { return Self::default() };
        let Ok(Some(text)) = store.get_item(&key) else { return Self::default() };
        let _ = store.remove_item(&key);
        let entries = JSON::parse(&text).map(|entries| Array::from(&entries)).unwrap_or_default();
        Self(entries.iter().filter_map(|entry| read_kept(&Array::from(&entry))).collect())
    }
}

fn read_kept(entry: &Array) -> Option<(Key, Value)> {
    let text = |at| entry.get(at).as_string();
    let count = |at| entry.get(at).as_f64().map(|count| count as usize);
    let value = match (entry.get(4).as_bool(), text(4)) {
        (Some(is_checked), _) => Value::Checked(is_checked),
        (None, text) => Value::Text(text?),
    };
    Some((((text(0)?, count(1)?), (text(2)?, count(3)?)), value))
}

fn number(count: usize) -> JsValue {
    JsValue::from_f64(count as f64)
}

fn store() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Things with their names, and the how-manieth of its name each is.
fn keyed<T>(things: Vec<T>, name: impl Fn(&T) -> Option<String>) -> Vec<((String, usize), T)> {
    let mut seen: Vec<String> = Vec::new();
    let key = |thing: T| {
        let name = name(&thing).unwrap_or_default();
        let before = seen.iter().filter(|one| **one == name).count();
        seen.push(name.clone());
        ((name, before), thing)
    };
    things.into_iter().map(key).collect()
}

fn fields(form: &HtmlFormElement) -> Vec<((String, usize), Element)> {
    let elements = form.elements();
    let elements = (0..elements.length()).filter_map(|at| elements.item(at)).collect();
    keyed(elements, |element| element.get_attribute("name"))
}

fn value_of(field: &Element) -> Option<Value> {
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
fn written_value_of(field: &Element) -> Option<Value> {
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

fn put(field: &Element, value: &Value) {
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
