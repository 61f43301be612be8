//! What stands around every input: its label, help, and what is wrong with it, tied together for screen readers.

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

use super::form::{FieldNames, field_error, saved_meanwhile};
use super::{Icon, IconName};
use crate::console::i18n::tr;

/// The attributes an input needs to belong to its field.
#[derive(Clone)]
pub struct FieldParts {
    pub names: FieldNames,
    pub error: Option<String>,
    described_by: String,
    /// What is saved now, when somebody else saved it since the form was shown.
    saved: Option<String>,
}

impl FieldParts {
    pub fn new(name: &str, has_help: bool) -> Self {
        let names = FieldNames::of(name);
        let mut described_by = format!("{}-error", names.id);
        if has_help {
            described_by.push_str(&format!(" {}-help", names.id));
        }
        Self { names, error: field_error(name), described_by, saved: None }
    }

    /// With the value that is saved, as people read it.
    pub fn saved(mut self, value: &str) -> Self {
        self.saved = saved_meanwhile(value);
        if self.saved.is_some() {
            self.described_by.push_str(&format!(" {}-saved", self.names.id));
        }
        self
    }

    pub fn described_by(&self) -> String {
        self.described_by.clone()
    }

    /// For `aria-invalid`.
    pub fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    /// The lines that say what is wrong, and what somebody else saved meanwhile.
    pub fn error_line(&self) -> AnyView {
        let id = format!("{}-error", self.names.id);
        let said = self.error.clone().map(|text| view! { <Icon name=IconName::Alert/><span>{text}</span> });
        let saved = self.saved.clone().map(|text| {
            let (id, name) = (format!("{}-saved", self.names.id), self.names.sent.clone());
            view! { <p class="field-saved" id=id data-saved=name>{text}</p> }
        });
        view! { <p class="field-error" id=id>{said}</p>{saved} }.into_any()
    }
}

/// A labelled control; use the ready inputs unless a new kind is needed.
#[component]
pub fn Field(
    parts: FieldParts,
    #[prop(into)] label: String,
    #[prop(optional_no_strip)] help: Option<String>,
    #[prop(optional)] required: bool,
    #[prop(into)] control: ViewFnOnce,
) -> AnyView {
    let error_line = parts.error_line();
    let FieldParts { names, error, .. } = parts;
    let help_id = format!("{}-help", names.id);
    view! {
        <div class="field" class:invalid=error.is_some()>
            <label for=names.id>{label}
                {required.then(|| view! { <span class="required" title=tr!("form.required") aria-hidden="true">"*"</span> })}
            </label>
            {control.run()}
            {error_line}
            {help.map(|help| view! { <p class="field-help" id=help_id>{help}</p> })}
        </div>
    }
    .into_any()
}
