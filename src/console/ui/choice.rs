//! Inputs with a fixed set of answers.

use leptos::html::Select;
use leptos::prelude::*;

use super::field::{Field, FieldParts};
use super::form::FieldNames;
use super::form::field_error;

/// One answer: what is sent, what is read, and (on cards) a sentence about it.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub description: Option<String>,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), description: None }
    }

    pub fn describe(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// A drop-down list. For "any", put a `Choice` with an empty value first.
#[component]
pub fn SelectInput(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] value: MaybeProp<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional)] required: bool,
) -> AnyView {
    let parts = FieldParts::new(&name, help.is_some());
    let (names, described_by, invalid) = (parts.names.clone(), parts.described_by(), parts.invalid());
    let node = NodeRef::<Select>::new();
    Effect::watch(
        move || value.get(),
        move |value, _, _| {
            if let Some(node) = node.get_untracked() {
                node.set_value(value.as_deref().unwrap_or_default());
            }
        },
        false,
    );
    let chosen = value.get_untracked().unwrap_or_default();
    let control = move || {
        let options = choices.into_iter().map(|choice| {
            let is_chosen = choice.value == chosen;
            view! { <option value=choice.value selected=is_chosen>{choice.label}</option> }.into_any()
        });
        view! {
            <select class="input" id=names.id name=names.sent required=required node_ref=node
                aria-describedby=described_by aria-invalid=invalid>{options.collect::<Vec<_>>()}</select>
        }
    };
    view! { <Field parts label help required control/> }.into_any()
}

/// A yes or no. Sends `true`, or nothing at all: the field in the input struct needs `#[serde(default)]`.
#[component]
pub fn Checkbox(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional)] checked: bool,
    /// Drawn as a switch: for settings that take effect on saving.
    #[prop(optional)]
    switch: bool,
) -> AnyView {
    let FieldNames { sent, id } = FieldNames::of(&name);
    let error = field_error(name);
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let described_by = if help.is_some() { format!("{error_id} {help_id}") } else { error_id.clone() };
    view! {
        <div class="check" class:switch=switch>
            <input type="checkbox" id=id.clone() name=sent value="true" checked=checked role=switch.then_some("switch")
                aria-describedby=described_by/>
            <label for=id>{label}</label>
            {help.map(|help| view! { <p class="field-help" id=help_id>{help}</p> })}
            <p class="field-error" id=error_id>{move || error.get()}</p>
        </div>
    }
    .into_any()
}

/// A few answers that deserve a sentence each.
#[component]
pub fn RadioCards(
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] help: Option<String>,
) -> AnyView {
    let FieldNames { sent, id } = FieldNames::of(&name);
    let error = field_error(name);
    let error_id = format!("{id}-error");
    let cards = choices.into_iter().map(|choice| {
        let is_chosen = choice.value == value;
        let card_id = format!("{id}-{}", choice.value);
        let note_id = format!("{card_id}-note");
        let described_by = choice.description.is_some().then(|| note_id.clone());
        view! {
            <div class="radio-card">
                <input type="radio" id=card_id.clone() name=sent.clone() value=choice.value checked=is_chosen required=true
                    aria-describedby=described_by/>
                <label for=card_id>{choice.label}</label>
                {choice.description.map(|text| view! { <p id=note_id>{text}</p> })}
            </div>
        }
        .into_any()
    });
    let cards = cards.collect::<Vec<_>>();
    let described_by = error_id.clone();
    view! {
        <fieldset class="field radio-cards" aria-describedby=described_by>
            <legend>{legend}</legend>
            {help.map(|help| view! { <p class="field-help">{help}</p> })}
            <div class="radio-card-list">{cards}</div>
            <p class="field-error" id=error_id>{move || error.get()}</p>
        </fieldset>
    }
    .into_any()
}
