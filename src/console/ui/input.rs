//! Text inputs.

use leptos::prelude::*;

use super::field::{Field, FieldParts};
use super::raw::textarea_text;
use super::{Icon, IconName};

/// One line of text. Its error comes from the form's fault about `name`.
#[component]
pub fn TextInput(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: MaybeProp<String>,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    /// `text` (default), `email`, `password`, `number`, `date`, `url`…
    #[prop(default = "text")]
    kind: &'static str,
    /// The autofill token, e.g. `username`, `current-password`, `one-time-code`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional)] readonly: bool,
    /// Ids, keys, codes: equal widths, no spelling check.
    #[prop(optional)]
    mono: bool,
    /// The id of the `datalist` whose values it offers.
    #[prop(optional)]
    list: Option<&'static str>,
) -> AnyView {
    let parts = FieldParts::new(&name, help.is_some());
    // A secret is not shown.
    let parts = if kind == "password" { parts } else { parts.saved(&value.get_untracked().unwrap_or_default()) };
    let (names, described_by, invalid) = (parts.names.clone(), parts.described_by(), parts.invalid());
    let control = move || {
        view! {
            <input class=if mono { "input mono" } else { "input" } type=kind id=names.id name=names.sent
                value=value.get_untracked() placeholder=placeholder autocomplete=autocomplete inputmode=inputmode
                maxlength=maxlength.map(|n| n.to_string()) required=required readonly=readonly list=list
                spellcheck=mono.then_some("false") autocapitalize=mono.then_some("none")
                aria-describedby=described_by aria-invalid=invalid/>
        }
    };
    view! { <Field parts label help required control/> }.into_any()
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(default = 4)] rows: u32,
    #[prop(optional)] maxlength: Option<u32>,
    #[prop(optional)] required: bool,
    #[prop(optional)] mono: bool,
    /// What is typed is a secret, which the browser keeps nowhere.
    #[prop(optional)]
    secret: bool,
) -> AnyView {
    let parts = FieldParts::new(&name, help.is_some());
    let parts = if secret { parts } else { parts.saved(&value) };
    let (names, described_by, invalid) = (parts.names.clone(), parts.described_by(), parts.invalid());
    let control = move || {
        view! {
            <textarea data-secret=secret class=if mono { "input mono" } else { "input" } id=names.id name=names.sent rows=rows.to_string()
                placeholder=placeholder maxlength=maxlength.map(|n| n.to_string()) required=required
                spellcheck=mono.then_some("false") aria-describedby=described_by aria-invalid=invalid>{textarea_text(&value)}</textarea>
        }
    };
    view! { <Field parts label help required control/> }.into_any()
}

/// A file to send; only in a form of `multipart/form-data`.
#[component]
pub fn FileInput(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] help: Option<String>,
    /// Which files are offered, e.g. `.csv,text/csv`.
    accept: &'static str,
    #[prop(optional)] required: bool,
) -> AnyView {
    let parts = FieldParts::new(&name, help.is_some());
    let (names, described_by) = (parts.names.clone(), parts.described_by());
    let control = move || {
        view! {
            <input class="input file" type="file" id=names.id name=names.sent accept=accept required=required
                aria-describedby=described_by/>
        }
    };
    view! { <Field parts label help required control/> }.into_any()
}

/// The name of what is typed into a `FindBox`.
pub const FIND: &str = "q";

/// The box for anything, on every page. Several lines can be pasted into it; Enter sends them, and Ctrl-K or `/` lead to it
/// (`browser/find.rs`).
#[component]
pub fn FindBox(
    /// Where it is sent.
    #[prop(into)]
    action: String,
    #[prop(into)] label: String,
    #[prop(into)] placeholder: String,
    #[prop(into)] button: String,
    #[prop(optional, into)] value: String,
) -> AnyView {
    let name = label.clone();
    view! {
        <form method="get" action=action class="find" role="search" aria-label=name>
            <label class="search-box">
                <span class="visually-hidden">{label}</span>
                <Icon name=IconName::Search/>
                <textarea id="find" name=FIND class="input" rows="1" placeholder=placeholder required=true autocomplete="off"
                    spellcheck="false" autocapitalize="none" enterkeyhint="search" aria-keyshortcuts="Control+K /">{textarea_text(&value)}</textarea>
            </label>
            <button type="submit" class="button">{button}</button>
        </form>
    }
    .into_any()
}
