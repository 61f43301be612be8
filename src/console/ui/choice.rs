//! Inputs with a fixed set of answers.

use leptos::prelude::*;

use super::field::{Field, FieldParts};
use super::form::FieldNames;
use crate::console::i18n::tr;

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

/// How the answer of a value is read.
fn label_of<'a>(choices: &'a [Choice], value: &str) -> &'a str {
    choices.iter().find(|choice| choice.value == value).map_or("", |choice| &choice.label)
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
    let chosen = value.get_untracked().unwrap_or_default();
    let parts = FieldParts::new(&name, help.is_some()).saved(label_of(&choices, &chosen));
    let (names, described_by, invalid) = (parts.names.clone(), parts.described_by(), parts.invalid());
    let control = move || {
        let options = choices.into_iter().map(|choice| {
            let is_chosen = choice.value == chosen;
            view! { <option value=choice.value selected=is_chosen>{choice.label}</option> }.into_any()
        });
        view! {
            <select class="input" id=names.id name=names.sent required=required
                aria-describedby=described_by aria-invalid=invalid>{options.collect::<Vec<_>>()}</select>
        }
    };
    view! { <Field parts label help required control/> }.into_any()
}

/// A drop-down list in a table's row, under the column's heading; `label` is what screen readers say of it.
#[component]
pub fn CellSelect(#[prop(into)] name: String, #[prop(into)] label: String, choices: Vec<Choice>) -> AnyView {
    let parts = FieldParts::new(&name, false);
    let (names, described_by, invalid, error_line) =
        (parts.names.clone(), parts.described_by(), parts.invalid(), parts.error_line());
    let options = choices.into_iter().map(|choice| view! { <option value=choice.value>{choice.label}</option> }.into_any());
    view! {
        <select class="input" id=names.id name=names.sent aria-label=label aria-describedby=described_by
            aria-invalid=invalid>{options.collect::<Vec<_>>()}</select>
        {error_line}
    }
    .into_any()
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
    let saved = if checked { tr!("form.checked") } else { tr!("form.unchecked") };
    let parts = FieldParts::new(&name, help.is_some()).saved(&saved);
    let (described_by, invalid, error_line) = (parts.described_by(), parts.invalid(), parts.error_line());
    let FieldNames { sent, id } = parts.names;
    let help_id = format!("{id}-help");
    view! {
        <div class="check" class:switch=switch>
            <input type="checkbox" id=id.clone() name=sent value="true" checked=checked role=switch.then_some("switch")
                aria-describedby=described_by aria-invalid=invalid/>
            <label for=id>{label}</label>
            {help.map(|help| view! { <p class="field-help" id=help_id>{help}</p> })}
            {error_line}
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
    let parts = FieldParts::new(&name, false).saved(label_of(&choices, &value));
    let (described_by, error_line) = (parts.described_by(), parts.error_line());
    let FieldNames { sent, id } = parts.names;
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
    view! {
        <fieldset class="field radio-cards" aria-describedby=described_by>
            <legend>{legend}</legend>
            {help.map(|help| view! { <p class="field-help">{help}</p> })}
            <div class="radio-card-list">{cards}</div>
            {error_line}
        </fieldset>
    }
    .into_any()
}
