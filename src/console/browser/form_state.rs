//! What was typed into a page's forms and is not yet sent.

mod fields;

use js_sys::{Array, JSON};
use leptos::prelude::window;
use leptos::web_sys::{Document, Element, HtmlFormElement, Storage};
use wasm_bindgen::JsValue;

use super::all;
use fields::{fields, keyed, put, value_of, written_value_of};

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
