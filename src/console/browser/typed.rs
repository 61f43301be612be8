//! What was typed into a page's forms and is not yet sent.

use leptos::web_sys::{
    Document, Element, HtmlFormElement, HtmlInputElement, HtmlOptionElement, HtmlSelectElement, HtmlTextAreaElement,
};
use wasm_bindgen::JsCast;

use super::all;

/// Fields by their form's and their own number, with what is in them.
#[derive(Default)]
pub struct Typed(Vec<(Key, Value)>);

/// The form's action and which of its kind it is; the field's name and which of its kind.
type Key = ((String, usize), (String, usize));

#[derive(Clone, PartialEq)]
enum Value {
    Text(String),
    Checked(bool),
}

impl Typed {
    /// What differs from what the server wrote, but for the form that has done its work.
    pub fn read(document: &Document, done: Option<&HtmlFormElement>) -> Self {
        let mut typed = Vec::new();
        for (form_key, form) in keyed(all::<HtmlFormElement>(document, "form"), |form| form.get_attribute("action")) {
            if done == Some(&form) {
                continue;
            }
            for (key, field) in fields(&form) {
                if let (Some(value), written) = (value_of(&field), written_value_of(&field))
                    && written.as_ref() != Some(&value)
                {
                    typed.push(((form_key.clone(), key), value));
                }
            }
        }
        Self(typed)
    }

    /// Puts it back into the same fields.
    pub fn write(self, document: &Document) {
        if self.0.is_empty() {
            return;
        }
        for (form_key, form) in keyed(all::<HtmlFormElement>(document, "form"), |form| form.get_attribute("action")) {
            for (key, field) in fields(&form) {
                let held = self.0.iter().find(|((form, name), _)| *form == form_key && *name == key);
                if let Some((_, value)) = held {
                    put(&field, value);
                }
            }
        }
    }
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
            _ => Some(Value::Text(input.value())),
        };
    }
    let text = field.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value);
    text.or_else(|| field.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value)).map(Value::Text)
}

/// What the server wrote into it.
fn written_value_of(field: &Element) -> Option<Value> {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        return match value_of(field)? {
            Value::Checked(_) => Some(Value::Checked(input.default_checked())),
            Value::Text(_) => Some(Value::Text(input.default_value())),
        };
    }
    if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        return area.default_value().ok().map(Value::Text);
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
        Value::Text(text) => {
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
